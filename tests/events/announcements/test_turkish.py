"""Turkish bends everything: dates, hours and places, with an apostrophe and without."""

import pytest

from tests.events.announcements.texts import only

PUBLISHED = "2026-11-10"

TEXTS = [
    (
        "İşçi sağlığı için yürüyoruz. 14 Kasım Cumartesi günü saat 13.00'te Kadıköy İskele Meydanı'nda buluşuyoruz. "
        "Anadolu Yakası İşçi Meclisi'nin çağrısıyla.",
        ("2026-11-14T13:00", "Kadıköy İskele Meydanı", "İstanbul", [("host", "Anadolu Yakası İşçi Meclisi")]),
    ),
    (
        "6 Aralık Pazar, 14:00 – 16:00, Ankara Güvenpark\nEmekliye insanca yaşam mitingi\n"
        "Çağrıcı: Kırlangıç Emekliler Derneği",
        ("2026-12-06T14:00", "Ankara Güvenpark", "Ankara", [("host", "Kırlangıç Emekliler Derneği")]),
    ),
    (
        "Kasım'ın 21'inde saat 14'te İzmir Konak Meydanı'nda suyumuz için toplanıyoruz. Gediz Nehri İnisiyatifi "
        "düzenliyor, Körfez Balıkçıları Kooperatifi destekliyor.",
        (
            "2026-11-21T14:00",
            "İzmir Konak Meydanı",
            "İzmir",
            [("host", "Gediz Nehri İnisiyatifi"), ("endorsing", "Körfez Balıkçıları Kooperatifi")],
        ),
    ),
    (
        "NEREDE: Çankaya Belediyesi önü\nNE ZAMAN: 28 Kasım Cumartesi\nSaat: 15\nNE: Barınma hakkı basın açıklaması\n"
        "Düzenleyen: Ayrancı Kiracılar Dayanışması",
        ("2026-11-28T15:00", "Çankaya Belediyesi", "Ankara", [("host", "Ayrancı Kiracılar Dayanışması")]),
    ),
    (
        "Arkadaşlar, yarın akşam 19.30'da Beşiktaş Kartal Heykeli önünde mum yakıyoruz. Herkes gelsin!",
        ("2026-11-11T19:30", "Beşiktaş Kartal Heykeli", "İstanbul", []),
    ),
    (
        "Okulumuzu kapattırmayacağız! Veliler Ağı ve Mavi Önlük Derneği tarafından düzenlenen yürüyüş 5 Aralık 2026 "
        "Cumartesi günü saat 12.30'da Bornova Cumhuriyet Meydanı'ndan başlayacak.",
        (
            "2026-12-05T12:30",
            "Bornova Cumhuriyet Meydanı",
            "İzmir",
            [("host", "Veliler Ağı"), ("host", "Mavi Önlük Derneği")],
        ),
    ),
    (
        "Basın açıklamasına çağrı\n10 Aralık Perşembe – 18.00\nDiyarbakır, Dağkapı Meydanı\n"
        "Çağıran: Dicle Hukukçular Platformu",
        ("2026-12-10T18:00", "Dağkapı Meydanı", "Diyarbakır", [("host", "Dicle Hukukçular Platformu")]),
    ),
    (
        "29 Kasım günü öğleden sonra 3'te Bursa Fomara Meydanı'ndayız: havamızı kirletmeyin!",
        ("2026-11-29T15:00", "Bursa Fomara Meydanı", "Bursa", []),
    ),
    (
        "Kasım ayının 28'inde, cumartesi, öğlen 1'de Kadıköy rıhtımda toplanıyoruz.",
        ("2026-11-28T13:00", "Kadıköy rıhtım", "İstanbul", []),
    ),
    (
        "5 Aralıkta saat on üçte Taksim meydanında kadınlar için ses çıkarıyoruz. Mor Fener Kadın Derneği ve Beyaz "
        "Tülbent İnisiyatifi birlikte düzenliyor.",
        (
            "2026-12-05T13:00",
            "Taksim meydanı",
            "İstanbul",
            [("host", "Mor Fener Kadın Derneği"), ("host", "Beyaz Tülbent İnisiyatifi")],
        ),
    ),
    (
        "Yürüyüşümüz 29 Kasım'dan 6 Aralık'a ertelendi. Saat aynı: 15.00. Yer aynı: Alsancak Limanı, İzmir.",
        ("2026-12-06T15:00", "Alsancak Limanı", "İzmir", []),
    ),
    (
        "12 Aralık Cumartesi sabah 9'da Çağlayan Adliyesi C kapısı önünde basın açıklaması yapacağız, İstanbul. "
        "Çağlayan Avukatlar Nöbeti'nin çağrısıyla; Basın Emekçileri Sendikası'nın desteğiyle.",
        (
            "2026-12-12T09:00",
            "Çağlayan Adliyesi C kapısı",
            "İstanbul",
            [("host", "Çağlayan Avukatlar Nöbeti"), ("endorsing", "Basın Emekçileri Sendikası")],
        ),
    ),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_turkish_announcements(text: str, expected: tuple[str, str, str, list[tuple[str, str]]]) -> None:
    event = only(text, published=PUBLISHED, country="TR")
    listed = [(it.role, it.name) for it in event.organizations]
    assert (event.start_local, event.venue_name, event.city, listed) == expected


@pytest.mark.parametrize(
    ("text", "rule", "start"),
    [
        ("Kayıplar için her Cuma 18.30'da Beyoğlu Tünel Meydanı'nda eylem", "FREQ=WEEKLY;BYDAY=FR", "2026-11-13T18:30"),
        ("Her ayın ilk Cumartesi günü saat 12'de Antalya'da nöbet", "FREQ=MONTHLY;BYDAY=1SA", "2026-12-05T12:00"),
        ("Ayın son cuması saat 19'da Bursa'da buluşuyoruz", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27T19:00"),
    ],
)
def test_turkish_rules(text: str, rule: str, start: str) -> None:
    event = only(text, published=PUBLISHED, country="TR")
    assert (event.rrule, event.start_local) == (rule, start)
