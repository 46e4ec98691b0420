"""The language of a page, of eighty: what it says of itself may be wrong, its letters and words decide."""

import pytest
from metadata_pages import LEXICON, metadata_of

from harvester.metadata.fields.languages import block_language

# A sentence of our own each: the ferry to the island stops in November, said the harbour board.
SENTENCES = {
    "en": "The ferry to the island will stop in November because the ramp has cracks, said the board of the harbour.",
    "es": (
        "El transbordador que lleva a la isla dejará de funcionar en noviembre porque la rampa tiene "
        "grietas, según dijo la junta."
    ),
    "fr": (
        "Le bac qui mène à l'île cessera de naviguer en novembre parce que la rampe a des fissures, "
        "selon le conseil du port."
    ),
    "de": (
        "Die Fähre zur Insel wird im November eingestellt, weil die Rampe nach dem Sturm Risse hat, "
        "sagte der Rat des Hafens."
    ),
    "pt": (
        "A balsa que leva para a ilha não vai mais funcionar em novembro porque a rampa está com "
        "rachaduras, segundo o conselho."
    ),
    "it": (
        "Il traghetto che porta all'isola non sarà più in servizio a novembre perché la rampa ha delle "
        "crepe, secondo il porto."
    ),
    "nl": (
        "De veerboot naar het eiland zal in november niet meer varen omdat er scheuren in de helling "
        "zijn, zei het bestuur."
    ),
    "pl": (
        "Prom na wyspę od listopada nie będzie już pływał, ponieważ w rampie są pęknięcia, jak podał "
        "zarząd portu po kontroli."
    ),
    "tr": (
        "Adaya giden vapur kasım ayında artık çalışmayacak çünkü rampada çatlaklar var, dedi liman "
        "kurulu bu sabah bir toplantıda."
    ),
    "id": (
        "Kapal feri yang menuju ke pulau itu akan berhenti pada bulan November karena ada retakan di "
        "dermaga, kata dewan pelabuhan."
    ),
    "vi": (
        "Chuyến phà đến hòn đảo này sẽ không còn hoạt động trong tháng tới vì cầu dẫn đã có nhiều vết "
        "nứt, theo ban quản lý cảng."
    ),
    "sv": (
        "Färjan till ön kommer att stoppas i november eftersom det finns sprickor i rampen, säger "
        "hamnens styrelse efter ett möte."
    ),
    "no": (
        "Fergen til øya blir innstilt i november fordi det er sprekker i rampen, sier styret i havnen "
        "etter at de har sett på den."
    ),
    "da": (
        "Færgen til øen bliver indstillet i november, fordi der er revner i rampen, siger havnens "
        "bestyrelse efter mødet i dag."
    ),
    "cs": (
        "Trajekt na ostrov bude v listopadu zastaven, protože v rampě jsou trhliny, jak uvedla rada "
        "přístavu po první kontrole."
    ),
    "fi": (
        "Lautta saarelle ei enää kulje marraskuussa, koska rampissa on halkeamia, ja satama kertoi "
        "asiasta vain muutamille."
    ),
    "ro": (
        "Feribotul care merge la insulă nu va mai circula în noiembrie pentru că rampa are fisuri, a "
        "spus consiliul portului."
    ),
    "hu": (
        "A szigetre járó komp novemberben már nem közlekedik, mert a rámpán repedések vannak, és ezt a "
        "kikötő is megerősítette."
    ),
    "hr": (
        "Trajekt koji vozi na otok neće više ploviti u studenome jer su na rampi nađene pukotine, rekao "
        "je upravitelj luke nakon što je bio na sastanku."
    ),
    "sl": (
        "Trajekt na otok v novembru ne bo več vozil, ker so na klančini razpoke, je po sestanku povedala "
        "uprava, ki je tudi že naročila nov les."
    ),
    "sk": (
        "Trajekt na ostrov už v novembri nebude premávať, pretože na rampe sú trhliny, ktoré našli podľa "
        "správy len pri kontrole."
    ),
    "lt": (
        "Keltas į salą lapkritį nebeplauks, nes rampoje yra įtrūkimų, sakė uosto taryba, kuri apie tai "
        "jau buvo kalbėjusi ir su meru."
    ),
    "lv": (
        "Prāmis uz salu novembrī vairs nekursēs, jo rampā ir plaisas, un osta to arī apstiprināja pēc "
        "tam, kad bija to pārbaudījusi."
    ),
    "et": (
        "Praam saarele novembris enam ei sõida, sest rambis on praod, ja see selgus pärast seda, kui "
        "sadam oli selle üle vaadanud."
    ),
    "is": (
        "Ferjan til eyjunnar mun ekki sigla í nóvember af því að það eru sprungur í brúnni, að því er "
        "segir frá höfninni og hefur verið við það."
    ),
    "ga": (
        "Ní bheidh an bád farantóireachta ag dul go dtí an t-oileán i mí na Samhna mar go bhfuil "
        "scoilteanna sa rampa, a dúirt an bord agus iad seo."
    ),
    "cy": (
        "Ni fydd y fferi yn mynd i'r ynys ym mis Tachwedd gan fod craciau yn y ramp, ac mae'r bwrdd wedi "
        "dweud hynny ar ôl y cyfarfod."
    ),
    "eu": (
        "Irlara doan ferrya ez da azaroan ibiliko, arrapalan pitzadurak daudelako, eta hori esan zuen "
        "portuko batzordeak, baina ez zen berria."
    ),
    "ca": (
        "El transbordador que va a l'illa no funcionarà al novembre perquè la rampa té esquerdes, segons "
        "han dit els del port, però també més endavant."
    ),
    "gl": (
        "O transbordador que vai á illa non funcionará en novembro porque a rampla ten unhas gretas, "
        "segundo dixo o porto, pero tamén máis adiante."
    ),
    "sq": (
        "Trageti që shkon në ishull nuk do të lundrojë në nëntor për shkak se në rampë janë gjetur të "
        "çara, tha bordi i portit dhe kjo është e re."
    ),
    "mt": (
        "Il-vapur li jmur fil-gżira ma jibqax jaħdem f'Novembru għax ir-rampa għandha xquq, qal il-bord, "
        "u dan hu li kien għal xi żmien."
    ),
    "az": (
        "Adaya gedən bərə noyabrda artıq işləməyəcək, çünki rampada çatlar var və bu məlumat liman "
        "tərəfindən də təsdiq olunub."
    ),
    "uz": (
        "Orolga boradigan parom noyabrda endi qatnamaydi va bu haqida port rahbari aytib o‘tdi, lekin "
        "yangi parom uchun ham pul kerak."
    ),
    "ms": (
        "Feri yang menuju ke pulau itu tidak akan beroperasi pada November kerana terdapat rekahan, kata "
        "beliau, serta turut melibatkan bot daripada Malaysia."
    ),
    "tl": (
        "Ang barko na papunta sa isla ay hindi na maglalayag sa Nobyembre dahil may mga bitak ang rampa, "
        "sinabi ng lupon, at ito ay para sa mga tao."
    ),
    "sw": (
        "Kivuko cha kwenda kisiwani hakitafanya kazi mwezi wa Novemba kwa sababu ya nyufa, alisema "
        "msimamizi wa bandari, na watu wake kama kawaida."
    ),
    "af": (
        "Die veerboot na die eiland sal nie meer in November vaar nie omdat daar krake in die helling "
        "is, het die raad gesê, en hulle was ook daar."
    ),
    "eo": (
        "La pramo al la insulo ne plu veturos en novembro, ĉar la ramplo havas fendojn, diris la "
        "estraro, kaj ĝi estas la sola kiu iris ankaŭ vintre."
    ),
    "so": (
        "Doonta u socota jasiiradda ma shaqayn doonto bisha Nofembar sababtoo ah waxaa jira dildilaac, "
        "ayuu yidhi guddigu, iyo waxa ay ahayd sidaas oo kale."
    ),
    "ha": (
        "Jirgin ruwa da ke zuwa tsibirin ba zai yi aiki a watan Nuwamba ba, in ji shugaban hukumar, kuma "
        "wannan ya sa mutane suka koma wani wuri daga can."
    ),
    "kmr": (
        "Keştiya ku diçe giravê di meha Mijdarê de êdî kar nake, ji ber ku li rampê qelş hene û ew bi vî "
        "awayî hat gotin, wek ku xelkê dît."
    ),
    "ru": (
        "Паром, который ходит на остров, в ноябре не будет работать, потому что в рампе нашли трещины, "
        "сообщил совет порта."
    ),
    "uk": (
        "Пором, який ходить на острів, у листопаді не працюватиме, бо в рампі знайшли тріщини, повідомила рада порту."
    ),
    "bg": (
        "Фериботът до острова няма да работи през ноември, защото в рампата бяха открити пукнатини, "
        "съобщи съветът на пристанището."
    ),
    "be": (
        "Паром, які ходзіць на востраў, у лістападзе не будзе працаваць, бо ў рампе знайшлі расколіны, "
        "паведаміў савет порта."
    ),
    "sr": (
        "Трајект који вози на острво неће више пловити у новембру јер су на рампи нађене пукотине, рекао "
        "је управник луке."
    ),
    "mk": (
        "Траектот што вози до островот нема да плови во ноември бидејќи на рампата се најдени пукнатини, "
        "рече управата и ќе ја поправи меѓу другото ѓубре."
    ),
    "kk": (
        "Аралға баратын паром қараша айында жүрмейді, өйткені көпірде жарықтар бар деп хабарлады порт кеңесі бүгін."
    ),
    "ky": (
        "Аралга бара турган паром ноябрда жүрбөйт, анткени көпүрөдө жаракалар бар деп порттун кеңеши "
        "билдирди жана бул жөнүндө."
    ),
    "mn": (
        "Арал руу явдаг гарам арваннэгдүгээр сард зогсоно гэж боомтын зөвлөл мэдэгдсэн байна, учир нь "
        "шатанд ан цав гарсан юм."
    ),
    "tg": (
        "Киштие, ки ба ҷазира меравад, дар моҳи ноябр кор намекунад, зеро дар он тарқишҳо ҳастанд, гуфт шӯрои бандар."
    ),
    "el": (
        "Το πλοίο που πηγαίνει στο νησί δεν θα λειτουργεί τον Νοέμβριο, επειδή η ράμπα έχει ρωγμές, είπε "
        "το λιμεναρχείο."
    ),
    "hy": "Կղզի տանող լաստանավը նոյեմբերին չի աշխատի, քանի որ թեքահարթակի վրա ճաքեր կան, ասաց նավահանգստի խորհուրդը։",
    "ka": "კუნძულზე მიმავალი ბორანი ნოემბერში აღარ იმუშავებს, რადგან პანდუსს ბზარები აქვს, განაცხადა პორტის საბჭომ.",
    "he": "המעבורת לאי לא תפעל בנובמבר כי נמצאו סדקים ברמפה, כך הודיעה מועצת הנמל בסוף הישיבה ביום שני.",
    "yi": (
        "די שיף וואָס פֿאָרט צום אינדזל וועט נישט גיין אין נאָוועמבער, ווײַל מען האָט געפֿונען שפּאַלטן, האָט דער ראַט געזאָגט."
    ),
    "ar": (
        "لن تعمل العبارة التي تصل إلى الجزيرة في نوفمبر لأن المهندسين وجدوا شقوقا في المنحدر، كما قالت إدارة الميناء."
    ),
    "fa": (
        "کشتی مسافربری که به جزیره می‌رود در ماه نوامبر کار نخواهد کرد، زیرا در سکو ترک‌هایی پیدا شده "
        "است، گفت شورای بندر."
    ),
    "ur": (
        "جزیرے تک جانے والی کشتی نومبر میں بند رہے گی کیونکہ ڈھلوان میں دراڑیں پڑ گئی ہیں، بندرگاہ کی کونسل نے کہا ہے۔"
    ),
    "ps": (
        "هغه بېړۍ چې ټاپو ته ځي په نومبر کې به کار ونه کړي، ځکه چې په رېمپ کې درزونه موندل شوي دي، د بندر شورا وویل."
    ),
    "ku": (
        "ئەو کەشتییەی کە دەچێتە دوورگەکە لە مانگی تشرینی دووەم کار ناکات، چونکە درز لە ڕێگاکەدا هەیە، "
        "ئەنجوومەنی بەندەر وتی."
    ),
    "ug": "ئارالغا بارىدىغان پاراخوت نويابىردا قاتنىمايدۇ، چۈنكى كۆۋرۈكتە يېرىقلار بار، دېدى پورت كېڭىشى.",
    "sd": "ٻيٽ ڏانهن ويندڙ ٻيڙي نومبر ۾ نه هلندي، ڇاڪاڻ ته ريمپ ۾ ڏار آهن، بندرگاهه جي ڪائونسل چيو آهي.",
    "hi": ("द्वीप तक जाने वाली नाव नवंबर में बंद रहेगी क्योंकि रैंप में दरारें पाई गई हैं, ऐसा बंदरगाह परिषद ने कहा है और यह भी कि।"),
    "mr": ("बेटावर जाणारी बोट नोव्हेंबरमध्ये बंद राहणार आहे, कारण धक्क्याला भेगा पडल्या आहेत, असे बंदर मंडळाने सांगितले आहे."),
    "ne": (
        "टापुमा जाने डुङ्गा नोभेम्बरमा बन्द हुने भएको छ, किनभने र्‍याम्पमा चिराहरू भेटिएका छन्, बन्दरगाह "
        "परिषद्ले बताए अनुसार गर्ने भने पनि र लागि।"
    ),
    "bn": "দ্বীপে যাওয়ার ফেরি নভেম্বরে চলবে না, কারণ র‍্যাম্পে ফাটল পাওয়া গেছে বলে বন্দর পরিষদ জানিয়েছে।",
    "as": "দ্বীপলৈ যোৱা ফেৰী নৱেম্বৰত বন্ধ থাকিব, কাৰণ ৰেম্পত ফাঁট পোৱা গৈছে বুলি বন্দৰ পৰিষদে কৈছে।",
    "ta": ("தீவுக்குச் செல்லும் படகு நவம்பரில் இயங்காது, ஏனெனில் சரிவில் விரிசல்கள் உள்ளன என்று துறைமுக வாரியம் தெரிவித்தது."),
    "te": "ద్వీపానికి వెళ్లే పడవ నవంబర్‌లో నడవదు, ఎందుకంటే ర్యాంప్‌లో పగుళ్లు ఉన్నాయి అని ఓడరేవు మండలి తెలిపింది.",
    "kn": ("ದ್ವೀಪಕ್ಕೆ ಹೋಗುವ ದೋಣಿ ನವೆಂಬರ್‌ನಲ್ಲಿ ಸಂಚರಿಸುವುದಿಲ್ಲ, ಏಕೆಂದರೆ ಇಳಿಜಾರಿನಲ್ಲಿ ಬಿರುಕುಗಳಿವೆ ಎಂದು ಬಂದರು ಮಂಡಳಿ ಹೇಳಿದೆ."),
    "ml": "ദ്വീപിലേക്കുള്ള ബോട്ട് നവംബറിൽ ഓടില്ല, കാരണം റാംപിൽ വിള്ളലുകൾ കണ്ടെത്തി എന്ന് തുറമുഖ സമിതി അറിയിച്ചു.",
    "gu": "ટાપુ પર જતી હોડી નવેમ્બરમાં બંધ રહેશે, કારણ કે રેમ્પમાં તિરાડો મળી છે, એમ બંદર પરિષદે જણાવ્યું છે.",
    "pa": "ਟਾਪੂ ਨੂੰ ਜਾਣ ਵਾਲੀ ਕਿਸ਼ਤੀ ਨਵੰਬਰ ਵਿੱਚ ਬੰਦ ਰਹੇਗੀ, ਕਿਉਂਕਿ ਰੈਂਪ ਵਿੱਚ ਤਰੇੜਾਂ ਮਿਲੀਆਂ ਹਨ, ਬੰਦਰਗਾਹ ਕੌਂਸਲ ਨੇ ਕਿਹਾ।",
    "or": "ଦ୍ୱୀପକୁ ଯାଉଥିବା ଡଙ୍ଗା ନଭେମ୍ବରରେ ବନ୍ଦ ରହିବ, କାରଣ ଢାଲୁରେ ଫାଟ ଦେଖାଯାଇଛି ବୋଲି ବନ୍ଦର ପରିଷଦ କହିଛି।",
    "si": "දූපතට යන බෝට්ටුව නොවැම්බර් මාසයේ ක්‍රියාත්මක නොවේ, මන්ද බෑවුමේ ඉරිතැලීම් ඇති බව වරාය මණ්ඩලය පැවසීය.",
    "th": "เรือข้ามฟากไปยังเกาะจะหยุดให้บริการในเดือนพฤศจิกายนเพราะพบรอยร้าวที่ทางลาด คณะกรรมการท่าเรือกล่าว",
    "lo": "ເຮືອຂ້າມຟາກໄປເກາະຈະຢຸດໃຫ້ບໍລິການໃນເດືອນພະຈິກ ເພາະພົບຮອຍແຕກທີ່ທາງລາດ, ຄະນະກຳມະການທ່າເຮືອກ່າວ.",
    "km": "សាឡាងទៅកោះនឹងឈប់ដំណើរការនៅខែវិច្ឆិកា ព្រោះមានស្នាមប្រេះលើផ្លូវឡើង ក្រុមប្រឹក្សាកំពង់ផែបាននិយាយ។",
    "my": ("ကျွန်းသို့သွားသော ကူးတို့သည် နိုဝင်ဘာလတွင် ရပ်နားမည်ဖြစ်ပြီး တံတားတွင် အက်ကွဲကြောင်းများ တွေ့ရသောကြောင့်ဟု ဆိပ်ကမ်းအဖွဲ့က ပြောသည်။"),
    "am": "ወደ ደሴቱ የሚሄደው ጀልባ በኅዳር ወር አይሠራም፤ ምክንያቱም በመወጣጫው ላይ ስንጥቆች ተገኝተዋል ሲል የወደቡ ምክር ቤት ተናግሯል።",
    "bo": "གླིང་ཕྲན་ལ་འགྲོ་བའི་གྲུ་དེ་ཟླ་བ་བཅུ་གཅིག་པར་མཚམས་འཇོག་བྱེད་རྒྱུ་རེད་ཅེས་གྲུ་ཁའི་ལྷན་ཚོགས་ཀྱིས་བཤད།",
    "ja": "島へ渡る船は、桟橋にひびが見つかったため十一月に運航を休むと港の委員会が月曜日に発表しました。",
    "ko": "섬으로 가는 배는 경사로에서 균열이 발견되어 십일월에 운항을 멈춘다고 항만 위원회가 월요일에 밝혔다.",
    "zh-Hans": "前往小岛的渡轮将于十一月停航，因为检修人员在坡道上发现了裂缝，港口委员会周一这样说。",
    "zh-Hant": "前往小島的渡輪將於十一月停航，因為檢修人員在坡道上發現了裂縫，港口委員會週一這樣說。",
}
# Their frequent words are those of Dutch and Indonesian: a block is taken for these, a text is not.
NEED_A_TAG = {"af", "ms"}


def test_there_are_sentences_in_more_than_sixty_languages() -> None:
    assert len(SENTENCES) > 60


@pytest.mark.parametrize("tag", sorted(SENTENCES.keys() - NEED_A_TAG))
def test_a_sentence_is_known_by_its_letters_and_words(tag: str) -> None:
    assert block_language(SENTENCES[tag], None, LEXICON) == tag


@pytest.mark.parametrize("tag", SENTENCES)
def test_a_page_may_say_its_language(tag: str) -> None:
    assert block_language(SENTENCES[tag], tag, LEXICON) == tag


@pytest.mark.parametrize("tag", sorted(SENTENCES.keys() - NEED_A_TAG - {"en"}))
def test_a_template_that_says_english_is_not_believed(tag: str) -> None:
    assert block_language(SENTENCES[tag], "en", LEXICON) == tag


@pytest.mark.parametrize("tag", sorted(SENTENCES.keys() - NEED_A_TAG))
def test_a_page_that_says_english_is_in_the_language_of_its_text(tag: str) -> None:
    body = f"<h1>{SENTENCES[tag][:40]}</h1><p>{SENTENCES[tag]}</p><p>{SENTENCES[tag]}</p>"
    assert metadata_of(body, lang="en").languages[:1] == (tag,)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ms", "Perdana Menteri berkata projek itu akan dimulakan pada bulan Ogos kerana banyak syarikat tempatan "
               "telah bersetuju untuk membiayainya. Beliau memberitahu pemberita bahawa kosnya dianggarkan RM20."),
        ("id", "Presiden mengatakan proyek itu akan dimulai pada bulan Agustus karena banyak perusahaan lokal telah "
               "setuju untuk membiayainya. Ia memberi tahu wartawan bahwa biayanya diperkirakan Rp20 miliar."),
        ("af", "Die president het Maandag gesê dat die brug vir twee weke gesluit sal word omdat die pad nie veilig is "
               "nie. Inwoners is kwaad en eis antwoorde van die stadsraad, wat hulp belowe het."),
        ("nl", "De burgemeester zei maandag dat de brug twee weken gesloten zal worden omdat de weg niet veilig is. "
               "Bewoners zijn boos en eisen antwoorden van de gemeenteraad, die hulp heeft beloofd."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("said", ["", "en", "own"])
def test_a_text_is_told_from_its_sister_by_words_that_one_of_them_has(tag: str, text: str, said: str) -> None:
    found = metadata_of(f"<h1>{text[:30]}</h1><p>{text}</p><p>{text}</p>", lang=tag if said == "own" else said)
    assert found.languages == (tag,)


@pytest.mark.parametrize("tag", sorted(NEED_A_TAG))
def test_the_table_has_a_page_of_each_sister_language(tag: str) -> None:
    body = f"<h1>{SENTENCES[tag][:40]}</h1><p>{SENTENCES[tag]}</p><p>{SENTENCES[tag]}</p>"
    assert metadata_of(body, lang="en").languages[:1] == (tag,)
