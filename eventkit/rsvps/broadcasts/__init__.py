"""Messages of the organizer's own to those who come: to whom, what is stored of them, and how they go out."""
