"""Invented names, by the part of the world that they come from: given names, family names, and both in Latin letters where they are not."""

from __future__ import annotations

NAMES: tuple[tuple[str, str], ...] = (
    ("Ada Alma Bridie Callum Dervla Ewan Fern Glenys Hamish Isla Morag Owain", "Ashdown Brackley Carrick Dunmore Elphick Fairlie O'Shea MacInnes McGarvie Penrose"),
    ("Anneliese Björn Dörte Jörg Käthe Lüder Mareike Sönke Wiebke Götz", "Bärlach Großmann Hüttenrauch Kölpin Möllering Strauß von|Hohenfeld zu|Rabenau Thießen"),
    ("Adèle Benoît Cécile Éloïse Gaël Hélène Jérôme Maël Noémie Zoé", "Aubépin Bérard Chênevert D'Aubigny Desprès Forêtier L'Hermitte de|la|Roncière Rivière"),
    ("Álvaro Begoña Íñigo Jimena Lucía Nicolás Pilar Ramón Sofía Martín", "García|Llorente Núñez|Ibáñez Peña|Cárdenas de|la|Cruz Ordóñez|Rueda Zúñiga Muñoz|Abril del|Río"),
    ("Anaïs Bram Fenna Jurriën Maartje Noor Sjoerd Willemijn", "van|der|Berg van|den|Heuvel de|Vries-Kuiper ten|Brink van|'t|Hof Oosterwijk"),
    ("Ana|Rita João Inês Luís Gonçalo Conceição Tomás Mafalda", "Araújo|Sequeira da|Conceição|Braga dos|Santos|Leitão Falcão|e|Melo Guimarães Simões"),
    ("Åsa Bjørn Elín Guðrún Håkon Jónas Søren Þóra", "Árnadóttir Bergström Dalgård Høyer Nygård Sigþórsson Ørsted Lindqvist"),
    ("Agnieszka Bartłomiej Eliška Jiří Łukasz Małgorzata Ondřej Žofie", "Břízová Dvořáček Grześkiewicz Kowalewska Łoziński Skłodzki Wójtowicz Žižka"),
    ("Ayşe Çağrı Gülşen İrem Oğuz Şule Ufuk Yiğit", "Akıncıoğlu Çelikbaş Işıkgör Karagöz Özbudak Şimşekli Yıldızhan"),
    ("Ngọc|Ánh Minh|Đức Thanh|Hà Quốc|Huy Thùy|Linh Bảo|Trân", "Nguyễn Trần Lê Phạm Võ Đặng"),
    ("Ananya Bhavesh Divya Harish Ishaan Kavita Lakshmi Rohan Sunita Vikram", "Acharyan Bhattacharjee Chandrasekaran Deshpande Iyengar Kulkarni Subramanian Thakurdas"),
    ("Amal Fatima Hassan Ibrahim Layla Omar Salma Yusuf", "al-Rashidi El-Khoury bin|Saleh Abu|Nasr al-Farouq Ben|Amor"),
    ("Adaeze Chukwuemeka Folasade Kwabena Makena Oluwaseun Tendai Zanele", "Adébáyọ̀ Nwosu-Eze Mensah-Bonsu Okwuosa Wanjirũ Dlamindlovu Ọláyínká"),
    ("Hye-jin Min-jun Seo-yeon Ji-ho Yu-na Dae-hyun", "Kim Lee Park Choi Jung Kang"),
    ("Haruka Kenta Mei Ryōta Sōta Yūko Aoi Daichi", "Arimura Hoshikawa Kōno Minatoya Ōtsuka Shirasawa"),
    ("Wei Xiaoming Yuting Zihan Jiahui Haoran", "Chen Lin Wang Zhang Liu Huang"),
)
"""Given names and family names, separated by spaces; `|` is a space within a name."""

OTHER_LETTERS: tuple[tuple[str, str, str, str], ...] = (
    ("Ольга", "Сергеева-Лукина", "Olga", "Sergeeva-Lukina"),
    ("Тарас", "Ковальчишин", "Taras", "Kovalchyshyn"),
    ("Ελένη", "Παπαδημητράκη", "Eleni", "Papadimitraki"),
    ("若汐", "欧阳", "Ruoxi", "Ouyang"),
    ("悠斗", "星川", "Yuto", "Hoshikawa"),
    ("서연", "남궁", "Seoyeon", "Namgung"),
    ("لیلا", "رستگار", "Leila", "Rastegar"),
    ("נועם", "בן-ארי", "Noam", "Ben-Ari"),
)
"""Given and family name, and the same in Latin letters, from which a login is made."""

ONE_NAME = ("Suwarnita", "Teyvaan", "Paneerselvan")
"""People with one name only."""
