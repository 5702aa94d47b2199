def title_size(t: str) -> str:
    return ""
