"""Sentences in the code pages that languages had, and pages made of them."""

import unicodedata

from harvester.decode import read_text

SUBJECT = "https://www.example.com/page"
TEXTS = (
    (
        "pl",
        "cp1250",
        "Wczoraj wieczorem burmistrz ogłosił, że most zostanie zamknięty na dwa tygodnie, ponieważ źle "
        "zabezpieczono jezdnię. Mieszkańcy są oburzeni i żądają wyjaśnień od władz miasta, które obiecały "
        "pomoc.",
    ),
    (
        "cs",
        "cp1250",
        "Včera večer starosta oznámil, že most bude uzavřen na dva týdny, protože vozovka byla špatně "
        "zabezpečena. Obyvatelé jsou rozhořčeni a žádají vysvětlení od vedení města, které slíbilo pomoc.",
    ),
    (
        "hu",
        "cp1250",
        "Tegnap este a polgármester bejelentette, hogy a hidat két hétre lezárják, mert az úttest rosszul "
        "volt biztosítva. A lakók felháborodtak, és magyarázatot követelnek a várostól, amely segítséget "
        "ígért a hőség idejére.",
    ),
    (
        "ro",
        "iso8859-2",
        "Aseară primarul a anunţat că podul va fi închis două săptămâni, deoarece carosabilul a fost prost "
        "asigurat. Locuitorii sunt indignaţi şi cer explicaţii de la conducerea oraşului, care a promis "
        "ajutor.",
    ),
    (
        "hr",
        "cp1250",
        "Sinoć je gradonačelnik objavio da će most biti zatvoren dva tjedna jer je kolnik bio loše osiguran. "
        "Stanovnici su ogorčeni i traže objašnjenje od gradske uprave, koja je obećala pomoć žiteljima.",
    ),
    (
        "sk",
        "cp1250",
        "Včera večer primátor oznámil, že most bude uzavretý na dva týždne, pretože vozovka bola zle "
        "zabezpečená. Obyvatelia sú rozhorčení a žiadajú vysvetlenie od vedenia mesta, ktoré sľúbilo pomoc.",
    ),
    (
        "ru",
        "cp1251",
        "Вчера вечером мэр объявил, что мост будет закрыт на две недели, потому что проезжая часть была плохо "
        "закреплена. Жители возмущены и требуют объяснений от властей города, которые обещали помощь.",
    ),
    (
        "ru-koi",
        "koi8-r",
        "Вчера вечером мэр объявил, что мост будет закрыт на две недели, потому что проезжая часть была плохо "
        "закреплена. Жители возмущены и требуют объяснений от властей города, которые обещали помощь.",
    ),
    (
        "bg",
        "cp1251",
        "Снощи кметът обяви, че мостът ще бъде затворен за две седмици, тъй като пътното платно е било лошо "
        "обезопасено. Жителите са възмутени и искат обяснение от управата на града, която обеща помощ.",
    ),
    (
        "uk",
        "cp1251",
        "Учора ввечері мер оголосив, що міст буде закрито на два тижні, бо проїжджа частина була погано "
        "закріплена. Мешканці обурені й вимагають пояснень від влади міста, яка обіцяла допомогу.",
    ),
    (
        "de",
        "cp1252",
        "Gestern Abend kündigte der Bürgermeister an, dass die Brücke für zwei Wochen geschlossen wird, weil "
        "die Fahrbahn schlecht gesichert war. Die Anwohner sind empört und fordern Aufklärung – „so nicht“, "
        "heißt es.",
    ),
    (
        "fr",
        "cp1252",
        "Hier soir, le maire a annoncé que le pont serait fermé pendant deux semaines, car la chaussée était "
        "mal protégée. Les habitants sont indignés et réclament des explications à la mairie, qui a promis de "
        "l’aide.",
    ),
    (
        "es",
        "cp1252",
        "Anoche el alcalde anunció que el puente estará cerrado durante dos semanas, porque la calzada estaba "
        "mal asegurada. Los vecinos están indignados y piden una explicación al ayuntamiento, que prometió "
        "ayuda mañana.",
    ),
    (
        "el",
        "cp1253",
        "Χθες το βράδυ ο δήμαρχος ανακοίνωσε ότι η γέφυρα θα κλείσει για δύο εβδομάδες, επειδή το οδόστρωμα "
        "ήταν κακά ασφαλισμένο. Οι κάτοικοι είναι αγανακτισμένοι και ζητούν εξηγήσεις από τον δήμο.",
    ),
    (
        "el-iso",
        "iso8859-7",
        "Χθες το βράδυ ο δήμαρχος ανακοίνωσε ότι η γέφυρα θα κλείσει για δύο εβδομάδες, επειδή το οδόστρωμα "
        "ήταν κακά ασφαλισμένο. Οι κάτοικοι είναι αγανακτισμένοι και ζητούν εξηγήσεις από τον δήμο.",
    ),
    (
        "tr",
        "cp1254",
        "Dün akşam belediye başkanı, yolun kötü sabitlenmesi nedeniyle köprünün iki hafta boyunca "
        "kapatılacağını açıkladı. Sakinler öfkeli ve yardım sözü veren şehir yönetiminden açıklama istiyor, "
        "çünkü işler zorlaşıyor.",
    ),
    (
        "he",
        "cp1255",
        "אמש הודיע ראש העיר כי הגשר ייסגר לשבועיים משום שהכביש לא אובטח כראוי. התושבים זועמים ודורשים הסברים "
        "מהנהלת העיר, שהבטיחה עזרה לכל מי שנפגע מהסגירה.",
    ),
    (
        "ar",
        "cp1256",
        "أعلن رئيس البلدية مساء أمس أن الجسر سيغلق لمدة أسبوعين لأن الطريق لم يؤمن بشكل جيد. ويشعر السكان "
        "بالغضب ويطالبون بتوضيح من إدارة المدينة التي وعدت بالمساعدة.",
    ),
    (
        "fa",
        "cp1256",
        "شهردار ديروز عصر اعلام کرد که پل به مدت دو هفته بسته خواهد شد زيرا جاده به خوبي ايمن نشده بود. "
        "ساکنان خشمگين هستند و از مديريت شهر توضيح مي خواهند که قول کمک داده است.",
    ),
    (
        "lt",
        "cp1257",
        "Vakar vakare meras paskelbė, kad tiltas bus uždarytas dviem savaitėms, nes važiuojamoji dalis buvo "
        "blogai apsaugota. Gyventojai pasipiktinę ir reikalauja paaiškinimo iš miesto valdžios, kuri žadėjo "
        "pagalbą.",
    ),
    (
        "lv",
        "cp1257",
        "Vakar vakarā mērs paziņoja, ka tilts tiks slēgts uz divām nedēļām, jo brauktuve bija slikti "
        "nodrošināta. Iedzīvotāji ir sašutuši un pieprasa paskaidrojumu no pilsētas vadības, kas solīja "
        "palīdzību.",
    ),
    (
        "et",
        "cp1257",
        "Eile õhtul teatas linnapea, et sild suletakse kaheks nädalaks, sest sõidutee oli halvasti "
        "kindlustatud. Elanikud on nördinud ja nõuavad selgitust linnavalitsuselt, kes lubas abi ka žürii "
        "liikmetele.",
    ),
    (
        "vi",
        "cp1258",
        "Tối qua thị trưởng thông báo rằng cây cầu sẽ đóng cửa trong hai tuần vì mặt đường không được bảo vệ "
        "tốt. Người dân phẫn nộ và đòi hỏi lời giải thích từ chính quyền thành phố, vốn đã hứa giúp đỡ.",
    ),
    (
        "th",
        "cp874",
        "เมื่อคืนนี้นายกเทศมนตรีประกาศว่าสะพานจะปิดเป็นเวลาสองสัปดาห์เนื่องจากผิวถนนไม่ปลอดภัย "
        "ชาวบ้านไม่พอใจและเรียกร้องคำอธิบายจากผู้บริหารเมือง",
    ),
    (
        "zh",
        "gb18030",
        "昨晚市长宣布，由于路面没有得到妥善保护，大桥将关闭两周。居民们感到愤怒，并要求市政府作出解释，后者承诺提供帮助。",
    ),
    (
        "zht",
        "big5",
        "昨晚市長宣布，由於路面沒有得到妥善保護，大橋將關閉兩週。居民們感到憤怒，並要求市政府作出解釋，後者承諾提供幫助。",
    ),
    (
        "ja",
        "cp932",
        "昨夜、市長は路面の安全が十分に確保されていなかったため、橋を二週間閉鎖すると発表しました。住民は憤慨し、支援を約束した市当局に説明を求めています。",
    ),
    (
        "ja-euc",
        "euc-jp",
        "昨夜、市長は路面の安全が十分に確保されていなかったため、橋を二週間閉鎖すると発表しました。住民は憤慨し、支援を約束した市当局に説明を求めています。",
    ),
    (
        "ko",
        "cp949",
        "어젯밤 시장은 노면이 제대로 확보되지 않아 다리를 두 주 동안 폐쇄한다고 발표했습니다. "
        "주민들은 분노하며 도움을 약속한 시 당국에 설명을 요구하고 있습니다.",
    ),
    (
        "sr",
        "cp1251",
        "Синоћ је градоначелник објавио да ће мост бити затворен две недеље јер је коловоз био лоше "
        "обезбеђен. Становници су огорчени и траже објашњење од градске управе, која је обећала помоћ.",
    ),
    (
        "is",
        "cp1252",
        "Í gærkvöldi tilkynnti borgarstjórinn að brúnni yrði lokað í tvær vikur vegna þess að akbrautin var "
        "illa tryggð. Íbúar eru reiðir og krefjast skýringa frá borginni, sem lofaði aðstoð.",
    ),
    (
        "sl",
        "cp1250",
        "Sinoči je župan sporočil, da bo most zaprt dva tedna, ker je bilo vozišče slabo zavarovano. "
        "Prebivalci so ogorčeni in zahtevajo pojasnilo od mestne uprave, ki je obljubila pomoč življenju v "
        "četrti.",
    ),
    (
        "sq",
        "cp1252",
        "Mbrëmë kryetari i bashkisë njoftoi se ura do të mbyllet për dy javë, sepse rruga ishte siguruar keq. "
        "Banorët janë të zemëruar dhe kërkojnë shpjegime nga bashkia, e cila premtoi ndihmë që në mëngjes.",
    ),
    (
        "fi",
        "cp1252",
        "Eilen illalla pormestari ilmoitti, että silta suljetaan kahdeksi viikoksi, koska ajorata oli "
        "huonosti varmistettu. Asukkaat ovat närkästyneitä ja vaativat selitystä kaupungilta, joka lupasi "
        "apua tänään.",
    ),
    (
        "pl-iso",
        "iso8859-2",
        "Wczoraj wieczorem burmistrz ogłosił, że most zostanie zamknięty na dwa tygodnie, ponieważ źle "
        "zabezpieczono jezdnię. Mieszkańcy są oburzeni i żądają wyjaśnień od władz miasta, które obiecały "
        "pomoc.",
    ),
    (
        "en",
        "cp1252",
        "Last night the mayor announced that the bridge would be closed for two weeks because the roadway "
        "hadn’t been secured well. “We’re angry,” residents said, demanding the city explain itself – and it "
        "promised help.",
    ),
    (
        "ro-w",
        "cp1250",
        "Aseară primarul a anunţat că podul va fi închis două săptămâni, deoarece carosabilul a fost prost "
        "asigurat. Locuitorii sunt indignaţi şi cer explicaţii – „ruşine“ – de la conducerea oraşului.",
    ),
    (
        "ru-866",
        "cp866",
        "Вчера вечером мэр объявил, что мост будет закрыт на две недели, потому что проезжая часть была плохо "
        "закреплена. Жители возмущены и требуют объяснений от властей города, которые обещали помощь.",
    ),
    (
        "ru-8859-5",
        "iso8859-5",
        "Вчера вечером мэр объявил, что мост будет закрыт на две недели, потому что проезжая часть была плохо "
        "закреплена. Жители возмущены и требуют объяснений от властей города, которые обещали помощь.",
    ),
    (
        "uk-koi",
        "koi8-u",
        "Учора ввечері мер оголосив, що міст буде закрито на два тижні, бо проїжджа частина була погано "
        "закріплена. Мешканці обурені й вимагають пояснень від влади міста, яка обіцяла допомогу.",
    ),
)
TONES = "\u0300\u0301\u0303\u0309\u0323"
LABELS = {"gb18030": "gb2312", "cp932": "shift_jis", "cp949": "euc-kr", "cp874": "tis-620"}


def encoded(text: str, codec: str) -> bytes:
    """Return text in a code page; for Vietnamese, with the tones behind their letters, as its code page has them."""
    return ("".join(map(with_tone, text)) if codec == "cp1258" else text).encode(codec)


def with_tone(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in parts if mark in TONES)
    base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
    return base + tones if tones else letter


def page(text: str, codec: str, head: str = "") -> bytes:
    return encoded(
        f"<html><head>{head}<title>{text[:40]}</title></head><body>{f'<p>{text}</p>' * 3}</body></html>", codec
    )


def read(body: bytes, content_type: str | None = None) -> str:
    return unicodedata.normalize("NFC", read_text(body, content_type, SUBJECT).text)
