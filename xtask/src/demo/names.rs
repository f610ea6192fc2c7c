//! Names in many scripts, each with the Latin letters that its owner would use in an email address.
//!
//! Common given and family names, mixed at random. Where family names depend on sex, the two columns agree.

use super::dice::Dice;

/// A name and its letters in an email address.
type Spelled = (&'static str, &'static str);

struct Names {
    given: &'static [Spelled],
    family: &'static [Spelled],
}

pub(crate) struct Identity {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) email: String,
}

/// No two numbers share an address.
pub(crate) fn pick(number: usize, dice: &mut Dice) -> Identity {
    let names = dice.pick(NAMES);
    let (first, last) = (dice.pick(names.given), dice.pick(names.family));
    let local = match dice.between(0, 3) {
        0 => format!("{}.{}.{number}", first.1, last.1),
        1 => format!("{}_{}{number}", first.1, last.1),
        2 => format!("{}{number}", last.1),
        _ => format!("{}-{number}", first.1),
    };
    let domain = dice.pick(&["example.com", "example.org", "example.net"]);
    // Some give no name, some only the first name.
    let roll = dice.between(1, 100);
    Identity {
        first_name: (roll > 6).then(|| first.0.into()),
        last_name: (roll > 10).then(|| last.0.into()),
        email: format!("{local}@{domain}"),
    }
}

#[rustfmt::skip]
const NAMES: &[Names] = &[
    // English, twice as common as the others.
    Names { given: ENGLISH, family: &[("Barker", "barker"), ("Carter", "carter"), ("O'Neill", "oneill"), ("Whitfield", "whitfield"), ("Ashworth-Lee", "ashworthlee")] },
    Names { given: ENGLISH, family: &[("Hughes", "hughes"), ("Doyle", "doyle"), ("Fletcher", "fletcher"), ("MacRae", "macrae"), ("Okafor", "okafor")] },
    // German, French, Spanish, Portuguese
    Names { given: &[("Götz", "goetz"), ("Käthe", "kaethe"), ("Anneliese", "anneliese"), ("Sören", "soeren"), ("Ute", "ute")],
            family: &[("Müller", "mueller"), ("Groß", "gross"), ("Schäfer", "schaefer"), ("Köhler", "koehler"), ("Weiß", "weiss")] },
    Names { given: &[("Chloé", "chloe"), ("François", "francois"), ("Maëlle", "maelle"), ("Benoît", "benoit"), ("Océane", "oceane")],
            family: &[("Lefèvre", "lefevre"), ("Durand", "durand"), ("Garçon", "garcon"), ("D'Aubigné", "daubigne"), ("Bénard", "benard")] },
    Names { given: &[("José María", "josemaria"), ("Begoña", "begona"), ("Íñigo", "inigo"), ("Lucía", "lucia"), ("Ramón", "ramon")],
            family: &[("Núñez Ortega", "nunez"), ("Ibáñez", "ibanez"), ("Peña", "pena"), ("Martín", "martin"), ("Yáñez", "yanez")] },
    Names { given: &[("João", "joao"), ("Conceição", "conceicao"), ("Inês", "ines"), ("Tomé", "tome"), ("Lurdes", "lurdes")],
            family: &[("Gonçalves", "goncalves"), ("Magalhães", "magalhaes"), ("Araújo", "araujo"), ("Brandão", "brandao"), ("Sá", "sa")] },
    // Polish, Czech, Hungarian, Romanian
    Names { given: &[("Łukasz", "lukasz"), ("Małgorzata", "malgorzata"), ("Żaneta", "zaneta"), ("Grażyna", "grazyna"), ("Michał", "michal")],
            family: &[("Bąk", "bak"), ("Zając", "zajac"), ("Gołąb", "golab"), ("Dąbek", "dabek"), ("Śliwa", "sliwa")] },
    Names { given: &[("Kateřina", "katerina"), ("Zdeňka", "zdenka"), ("Anežka", "anezka"), ("Světlana", "svetlana")],
            family: &[("Dvořáková", "dvorakova"), ("Černá", "cerna"), ("Růžičková", "ruzickova"), ("Kříželová", "krizelova")] },
    Names { given: &[("Erzsébet", "erzsebet"), ("Győző", "gyozo"), ("Ágnes", "agnes"), ("Tünde", "tunde")],
            family: &[("Szűcs", "szucs"), ("Kőműves", "komuves"), ("Fehérvári", "fehervari"), ("Balogh", "balogh")] },
    Names { given: &[("Ștefan", "stefan"), ("Ionuț", "ionut"), ("Mădălina", "madalina"), ("Ilinca", "ilinca")],
            family: &[("Țăran", "taran"), ("Bălan", "balan"), ("Rățoi", "ratoi"), ("Crăciun", "craciun")] },
    // Icelandic, Danish, Turkish, Vietnamese, Yoruba
    Names { given: &[("Ásta", "asta"), ("Þórunn", "thorunn"), ("Guðný", "gudny"), ("Sæunn", "saeunn")],
            family: &[("Þorsteinsdóttir", "thorsteinsdottir"), ("Gunnarsdóttir", "gunnarsdottir"), ("Ævarsdóttir", "aevarsdottir")] },
    Names { given: &[("Søren", "soren"), ("Åse", "aase"), ("Bjørn", "bjorn"), ("Kærsten", "kaersten")],
            family: &[("Østergaard", "oestergaard"), ("Nygård", "nygaard"), ("Kjær", "kjaer"), ("Ørsted Holm", "holm")] },
    Names { given: &[("Işıl", "isil"), ("İpek", "ipek"), ("Çağla", "cagla"), ("Oğuz", "oguz"), ("Şule", "sule")],
            family: &[("Yıldız", "yildiz"), ("Çelik", "celik"), ("Güneş", "gunes"), ("Öztürk", "ozturk"), ("Işık", "isik")] },
    Names { given: &[("Hương", "huong"), ("Đức", "duc"), ("Thị Lệ", "thile"), ("Thảo", "thao"), ("Tuấn", "tuan")],
            family: &[("Nguyễn", "nguyen"), ("Trần", "tran"), ("Bùi", "bui"), ("Đặng", "dang"), ("Vũ", "vu")] },
    Names { given: &[("Ọláolúwa", "olaoluwa"), ("Títílayọ̀", "titilayo"), ("Adéọlá", "adeola"), ("Ṣadé", "sade")],
            family: &[("Adébáyọ̀", "adebayo"), ("Ọ̀ṣúnkọ́yà", "osunkoya"), ("Fásọlá", "fasola")] },
    // Cyrillic: Ukrainian, Bulgarian, Kazakh; Greek
    Names { given: &[("Олена", "olena"), ("Андрій", "andriy"), ("Їлія", "yiliya"), ("Тарас", "taras"), ("Оксана", "oksana")],
            family: &[("Коваленко", "kovalenko"), ("Бондаренко", "bondarenko"), ("Кравчук", "kravchuk"), ("Соловей", "solovey"), ("Ткач", "tkach")] },
    Names { given: &[("Десислава", "desislava"), ("Цветана", "tsvetana"), ("Ивелина", "ivelina"), ("Радка", "radka")],
            family: &[("Георгиева", "georgieva"), ("Стоянова", "stoyanova"), ("Желева", "zheleva"), ("Минчева", "mincheva")] },
    Names { given: &[("Әсел", "asel"), ("Нұрлан", "nurlan"), ("Гүлнәр", "gulnar"), ("Ерлан", "yerlan")],
            family: &[("Қасым", "kasym"), ("Ілияс", "iliyas"), ("Төлеген", "tolegen"), ("Жұмабай", "zhumabay")] },
    Names { given: &[("Ελένη", "eleni"), ("Ευφροσύνη", "effrosyni"), ("Αικατερίνη", "aikaterini"), ("Χρυσούλα", "chrysoula")],
            family: &[("Παπαδοπούλου", "papadopoulou"), ("Νικολάου", "nikolaou"), ("Γεωργίου", "georgiou"), ("Οικονόμου", "oikonomou")] },
    // Georgian, Armenian, Hebrew, Arabic, Persian
    Names { given: &[("ნინო", "nino"), ("გიორგი", "giorgi"), ("თამარ", "tamar"), ("ლევან", "levan")],
            family: &[("ბერიძე", "beridze"), ("კაპანაძე", "kapanadze"), ("ლომიძე", "lomidze")] },
    Names { given: &[("Անահիտ", "anahit"), ("Տիգրան", "tigran"), ("Լուսինե", "lusine")],
            family: &[("Գրիգորյան", "grigoryan"), ("Հարությունյան", "harutyunyan"), ("Մանուկյան", "manukyan")] },
    Names { given: &[("נעה", "noa"), ("יואב", "yoav"), ("תמר", "tamar"), ("שירה", "shira"), ("איתי", "itai")],
            family: &[("כהן", "cohen"), ("מזרחי", "mizrahi"), ("פרידמן", "fridman"), ("אוחנה", "ohana")] },
    Names { given: &[("فاطمة", "fatima"), ("يوسف", "youssef"), ("عبد الرحمن", "abdelrahman"), ("مريم", "maryam"), ("ليلى", "layla")],
            family: &[("الحداد", "haddad"), ("النجار", "najjar"), ("الصباغ", "sabbagh"), ("منصور", "mansour"), ("عطية", "attia")] },
    Names { given: &[("نیلوفر", "niloufar"), ("کیان", "kian"), ("پریسا", "parisa"), ("آرش", "arash")],
            family: &[("رضایی", "rezaei"), ("گل‌محمدی", "golmohammadi"), ("کریمی", "karimi")] },
    // Devanagari, Bengali, Tamil, Sinhala
    Names { given: &[("प्रिया", "priya"), ("अर्जुन", "arjun"), ("लक्ष्मी", "lakshmi"), ("हेमंत", "hemant"), ("अनन्या", "ananya")],
            family: &[("शर्मा", "sharma"), ("मिश्रा", "mishra"), ("गुप्ता", "gupta"), ("पाटील", "patil"), ("जोशी", "joshi")] },
    Names { given: &[("সুমাইয়া", "sumaiya"), ("অনিক", "anik"), ("রুবিনা", "rubina")],
            family: &[("চৌধুরী", "chowdhury"), ("সরকার", "sarkar"), ("মণ্ডল", "mondal")] },
    Names { given: &[("கவிதா", "kavitha"), ("முருகன்", "murugan"), ("செல்வி", "selvi")],
            family: &[("சுப்பிரமணியம்", "subramaniam"), ("இராஜேந்திரன்", "rajendran"), ("வேலு", "velu")] },
    Names { given: &[("නිමල්", "nimal"), ("කුමාරි", "kumari"), ("රුවන්", "ruwan")],
            family: &[("පෙරේරා", "perera"), ("සිල්වා", "silva"), ("බණ්ඩාර", "bandara")] },
    // Thai, Khmer, Burmese, Amharic
    Names { given: &[("สมชาย", "somchai"), ("กนกวรรณ", "kanokwan"), ("ณัฐพล", "nattapon"), ("พิมพ์ใจ", "phimchai")],
            family: &[("ใจดี", "chaidi"), ("รุ่งเรือง", "rungrueang"), ("ศรีสุข", "srisuk"), ("ทองคำ", "thongkham")] },
    Names { given: &[("សុភា", "sophea"), ("វិចិត្រ", "vichit"), ("ចន្ទា", "chantha")],
            family: &[("កែវ", "keo"), ("លឹម", "lim"), ("សួន", "suon")] },
    Names { given: &[("သီရိ", "thiri"), ("ကျော်", "kyaw"), ("နှင်းဝေ", "hninwai")],
            family: &[("မောင်", "maung"), ("ထွန်း", "htun"), ("ဝင်း", "win")] },
    Names { given: &[("ሰላም", "selam"), ("ዳዊት", "dawit"), ("ትዕግስት", "tigist"), ("ሄኖክ", "henok")],
            family: &[("ገብረመድህን", "gebremedhin"), ("ታደሰ", "tadesse"), ("በቀለ", "bekele"), ("ወልዴ", "wolde")] },
    // Han simplified and traditional, Kana and Kanji, Hangul
    Names { given: &[("小明", "xiaoming"), ("雨桐", "yutong"), ("建国", "jianguo"), ("思远", "siyuan"), ("静", "jing")],
            family: &[("王", "wang"), ("李", "li"), ("张", "zhang"), ("欧阳", "ouyang"), ("刘", "liu")] },
    Names { given: &[("淑芬", "shufen"), ("志豪", "chihhao"), ("雅婷", "yating"), ("家瑋", "chiawei")],
            family: &[("陳", "chen"), ("黃", "huang"), ("張簡", "changchien"), ("蔡", "tsai")] },
    Names { given: &[("さくら", "sakura"), ("和也", "kazuya"), ("美咲", "misaki"), ("アンナ", "anna"), ("裕子", "yuko")],
            family: &[("佐藤", "sato"), ("渡邉", "watanabe"), ("髙橋", "takahashi"), ("藤原", "fujiwara"), ("斎藤", "saito")] },
    Names { given: &[("서연", "seoyeon"), ("민준", "minjun"), ("하은", "haeun"), ("지후", "jihoo")],
            family: &[("김", "kim"), ("박", "park"), ("최", "choi"), ("남궁", "namgung"), ("이", "lee")] },
];

const ENGLISH: &[Spelled] = &[
    ("Hannah", "hannah"),
    ("Marcus", "marcus"),
    ("Zoë", "zoe"),
    ("Priscilla", "priscilla"),
    ("Mary-Anne", "maryanne"),
    ("Tobias", "tobias"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn addresses_are_plain_and_unique() {
        for (name, letters) in NAMES.iter().flat_map(|names| names.given.iter().chain(names.family)) {
            assert!(!name.is_empty() && name.trim() == *name, "{name:?}");
            assert!(!letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_lowercase()), "{letters:?}");
        }
        let mut dice = Dice::new(1, [0, 0]);
        let people: Vec<_> = (1..=5_000).map(|number| pick(number, &mut dice)).collect();
        let addresses: HashSet<_> = people.iter().map(|person| &person.email).collect();
        assert_eq!(addresses.len(), people.len());
        assert!(people.iter().any(|person| person.first_name.is_none()));
        assert!(people.iter().any(|person| person.first_name.is_some() && person.last_name.is_none()));
    }
}
