// The most common passwords of 8 characters or more, in lower case and ascending order, between spaces.
//
// Collected from what leaks of the last fifteen years have at the top. A list in the tree, because asking a
// service would tell it the password, and a short one, because it must stop the first thousand guesses of
// somebody who has three.
#include "identity/password_rules.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view common = R"(
!@#$%^&* !qaz1qaz !qaz2wsx 00000001 00001111 01234567 012345678 0123456789 0987654321 10101010 11110000
11111111a 11112222 11223344 1122334455 112233445566 12121212 12300000 123123123 123123qwe 123321123 12341234
123412345 12344321 123454321 1234554321 123456123 12345678 123456789 1234567890 12345678910 123456789a
12345678a 12345678q 1234567a 1234567q 123456aa 123456ab 123456abc 123456qwerty 12345abc 12345qwert 1234abcd
1234qwer 123abc123 123qwe123 123qweasd 123qweasdzxc 12qwaszx 13131313 14141414 147258369 147258369a
147852369 15151515 16161616 16180339 17171717 18181818 19191919 1a2b3c4d 1password 1q2w3e4r 1q2w3e4r5t
1q2w3e4r5t6y 1qaz1qaz 1qaz2wsx 1qaz2wsx3edc 1qaz@wsx 1qazxsw2 20202020 21212121 23232323 27182818 2wsx3edc
31313131 31415926 314159265 45454545 5201314a 55556666 69696969 77778888 867530900 8675309j 87654321
88889999 987654321 9876543210 99998888 a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a5201314 aa123456
aa12345678 aaaa1111 aabbccdd abc12345 abc123456 abc1234567 abc123abc abc@1234 abcabcabc abcd1234 abcd12345
abcd@1234 abcdabcd abcdefgh abcdefghi abcdefghij admin123 admin1234 admin12345 admin123456 admin2020
admin2021 admin2022 admin2023 admin2024 admin2025 admin2026 admin@123 adminadmin administrateur
administrator agent007 alejandra alejandro alexander alexander1 alexandra alexandre amanda123 america1
andrew123 anthony1 anthony123 arsenal1 arsenal123 asd123123 asd123asd asdasdasd asdf1234 asdf123456 asdfasdf
asdfghjk asdfghjkl asdfghjkl1 asdfjkl; asdfqwer ashley123 asshole1 august12 autumn123 autumn1234 autumn12345
autumn123456 autumn2020 autumn2021 autumn2022 autumn2023 autumn2024 autumn2025 autumn2026 azerty123
azertyuiop babyboy1 babydoll babyface babygirl babygirl1 babygirl12 babygirl123 banana123 barcelona
barcelona1 barcelona123 baseball baseball1 baseball123 baseball2 basketball basketball1 batman123 bayern123
benjamin benjamin1 bigdaddy bigdick1 bitch123 blackops blink182 blowjob1 bmw12345 bond0007 bonjour1
bonjour123 brandon1 brandon123 brasil123 broncos1 budlight bullshit bullshit1 butterfly butterfly1 cadillac
callofduty camaro69 candy123 captain1 carolina carolina1 caroline catherine celtic1888 champion champion1
champions changeit changeme changeme1 changeme123 charlie1 charlie123 charlotte charlotte1 cheerleader
cheese123 chelsea1 chelsea123 chelseafc cherry123 chester1 chevelle chevrolet cheyenne chocolat chocolate
chocolate1 chouchou christian christian1 christina christine christophe christopher claudia1 coffee123
computer computer1 computer123 contrasena contraseña cookie123 cookies1 corinthians
correct-horse-battery-staple correcthorse correcthorsebatterystaple corvette corvette1 coucou123
counterstrike cowboys1 cowboys123 cristian cristina cupcake1 daniel123 danielle danielle1 david123 december
default1 default123 dickhead dolphin1 dolphins dominic1 dominique doudou123 dragon01 dragon12 dragon123
dragon1234 dragon12345 dragon123456 dragon2020 dragon2021 dragon2022 dragon2023 dragon2024 dragon2025
dragon2026 dragonball dragonballz eagles123 eduardo1 elizabeth elizabeth1 eminem123 emmanuel estrella
estrella1 everton1 facebook facebook1 facebook123 february fernanda fernando fernando1 ferrari1 ferrari123
flamengo football football1 football12 football123 football2 football7 forever1 forever123 foreverlove
fortnite fortnite1 fortune1 francesca francesco francisco frankie1 frederic freedom1 freedom123 friends1
friends123 friendship fuckme69 fuckoff1 fuckyou! fuckyou1 fuckyou123 fuckyou2 fussball futbol123 gabriel1
gabriel123 gabriela gabrielle ganesha1 gangsta1 gangster garfield garfield1 geheim123 genesis1 giovanni
godzilla goldfish gonzalez goodluck google123 grandma1 greenday greenday1 guadalupe guest123 guestguest
guillermo guitar123 hallo123 hallo1234 hannah123 happiness happy123 happyday hardcore harley123
harleydavidson haslo123 heaven123 heineken hello123 hello1234 hello12345 hello123456 hello2020 hello2021
hello2022 hello2023 hello2024 hello2025 hello2026 hello2u2 hellohello hellokitty helloworld hercules
highland hiphop123 hockey123 hollywood homework honda123 iamgroot1 iamthebest iceman123 ihateyou ihateyou1
ilovegod1 ilovehim ilovejesus iloveme1 iloveme2 ilovemom ilovemyself iloveu12 iloveu123 iloveyou iloveyou!
iloveyou1 iloveyou12 iloveyou123 iloveyou2 iloveyou3 iloveyou7 iloveyousomuch india123 infinity infinity1
instagram internet internet1 internet123 inuyasha ironman1 ironman123 isabel123 isabella isabella1 isabelle
islander jackson1 jackson5 james007 jamesbond jamesbond007 january1 jasmine1 jasmine123 jefferson jellybean
jennifer jennifer1 jeremiah jessica1 jessica123 jesus123 jesus777 jesuschrist jesusislord johnjohn johnny123
johnson1 jonathan jonathan1 jordan12 jordan123 jordan1234 jordan12345 jordan123456 jordan2020 jordan2021
jordan2022 jordan2023 jordan2024 jordan2025 jordan2026 jordan23 joseph123 josephine joshua123 juggalo1
juliana1 juliette justin123 justinbieber juventus juventus1 katherine kathleen kawasaki killer12 killer123
kimberly kimberly1 kingkong kitten123 kittycat knight123 kochanie krishna1 lacrosse ladybug1 lakers123
lakers24 lastfm123 leagueoflegends ledzeppelin legolas1 leonardo letmein! letmein1 letmein12 letmein123
letmeinnow lightning linkedin linkinpark liverpool liverpool1 liverpoolfc lkjhgfdsa login123 login1234
login12345 login123456 login2020 login2021 login2022 login2023 login2024 login2025 login2026 lollipop
lollypop lorenzo1 loulou123 love1234 love12345 love123456 love2020 love2021 love2022 love2023 love2024
love2025 love2026 loveless lovelife lovelove lovely123 loveme123 lover123 loverboy lovergirl loveyou1
loveyou2 lucky123 lucky777 macintosh madison1 madison123 magic123 manchester manunited manutd123 margaret
margarita marianne marines1 mariposa marlboro marseille martin123 marvel123 maryjane master01 master12
master123 master1234 master12345 master123456 master2020 master2021 master2022 master2023 master2024
master2025 master2026 matrix123 matthew1 matthew123 maverick maverick1 maximus1 maxwell1 medicine melissa1
memories mercedes mercedes1 mercedesbenz merlin123 metallica metallica1 michael1 michael123 michael1234
michael12345 michael123456 michael2 michael2020 michael2021 michael2022 michael2023 michael2024 michael2025
michael2026 michelle michelle1 michelle123 mickey123 mickeymouse microsoft midnight midnight1 miguel123
milan1899 milkshake minecraft minecraft1 minecraft123 mitchell mnbvcxz1 mohamed1 mohammed money123 monkey01
monkey12 monkey123 monkey1234 monkey12345 monkey123456 monkey2020 monkey2021 monkey2022 monkey2023
monkey2024 monkey2025 monkey2026 monster1 monster123 montana1 moonlight morgan123 motdepasse mother123
motorola mountain muhammad musica123 mustang1 mustang123 mustang69 mybaby12 myfamily mylove123 mypass123
mypassword myspace1 myspace123 napoleon naruto123 narutouzumaki natalie1 natasha1 nathalie nathaniel
ncc1701d ncc1701e network1 newpassword newyear1 newyork1 newyork123 nicholas nicholas1 nicolas1 nicole12
nicole123 nintendo nirvana1 nokia123 noname123 nopassword nothing1 november october1 olivia123 opensesame
orange123 p@$$w0rd p@55w0rd p@ssw0rd p@ssw0rd1 p@ssw0rd123 p@ssword p@ssword1 pa$$w0rd pa$$word pa55w0rd
pa55word packers1 pakistan palmeiras pantera1 paradise parker123 pass1234 pass12345 pass123456 passion1
passpass passport passw0rd passw0rd1 password password! password. password00 password01 password07 password1
password1! password10 password11 password12 password123 password1234 password12345 password123456 password2
password21 password22 password3 password69 password99 passwort passwort1 passwort123 patricia patricia1
patrick1 patrick123 patriots pauline1 peaches1 peanut123 peekaboo penelope pepper123 petername phillip1
phoenix1 pikachu1 pineapple pinkfloyd platinum playboy1 playboy69 playstation playstation2 playstation3
please123 poiuytrewq pokemon1 pokemon123 polska123 popcorn1 porkchop porsche1 porsche911 portugal positive
precious precious1 princesa princess princess! princess1 princess12 princess123 princess2 princesse
princeton private1 professor prometheus pumpkin1 purple123 pussy123 pussycat q1234567 q12345678 q1w2e3r4
q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123 qazwsxedc qazwsxedcrfv qazxswedc qweasd123 qweasdzxc qweqweqwe qwer!@#$
qwer1234 qwerasdf qwerasdfzxcv qwert123 qwert12345 qwerty!@# qwerty01 qwerty11 qwerty12 qwerty123 qwerty1234
qwerty12345 qwerty123456 qwerty2020 qwerty2021 qwerty2022 qwerty2023 qwerty2024 qwerty2025 qwerty2026
qwerty77 qwerty99 qwertyasdf qwertyqwerty qwertyui qwertyuiop qwertyuiop123 qwertz123 qwertzuiop rachel123
raiders1 rainbow1 rainbow123 rangers1 raspberry realmadrid rebecca1 rebecca123 redneck1 redskins redsox04
remember research reynolds ricardo1 richard1 richard123 riverside robert123 roberto1 roblox123 rocknroll
rockstar rockstar1 rodriguez romance1 root1234 rootroot runescape rush2112 russia123 sairam123 salasana
samantha samantha1 samantha123 samsung1 samsung123 samuel123 santiago santiago1 saopaulo saturn123 scarface
schalke04 schatz123 scooby123 scoobydoo scooter1 scorpion scorpion1 scotland sebastian sebastian1 secret12
secret123 secret1234 secret12345 secret123456 secret2020 secret2021 secret2022 secret2023 secret2024
secret2025 secret2026 secretpassword security security1 senators senha123 september serenity server123
server1234 server12345 server123456 server2020 server2021 server2022 server2023 server2024 server2025
server2026 service1 sesame123 sexy1234 sexybitch sexygirl sexylady sexymama shadow01 shadow12 shadow123
shadow1234 shadow12345 shadow123456 shadow2020 shadow2021 shadow2022 shadow2023 shadow2024 shadow2025
shadow2026 shannon1 sherlock silence1 silver123 simpsons singapore skateboard skater123 skyline1 slayer666
slipknot slipknot1 smokey420 snoopy123 snowball snowboard soccer12 soccer123 softball softball1 soleil123
something sommer123 sonnenschein sophie123 southpark spartan117 speedway spencer1 spiderman spiderman1
spiderman123 spongebob spongebob1 spring123 spring1234 spring12345 spring123456 spring2020 spring2021
spring2022 spring2023 spring2024 spring2025 spring2026 squirrel srinivas stalker1 stanford starcraft
starfish stargate starlight startrek starwars starwars1 starwars123 steelers steelers1 steelers7 stephanie
stephanie1 stephen1 sterling stingray strawberry stupid123 summer01 summer12 summer123 summer1234
summer12345 summer123456 summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 summer2026
sundance sunflower sunshine sunshine! sunshine1 sunshine12 sunshine123 sunshine2 sunshine7 superfly
superhero superman superman1 superman123 supernova supersecret superstar superstar1 support1 support123
suzuki123 sweetheart sweetness sweetpea swimming swordfish system123 tamara123 taylor123 teamo123 teamomucho
temp1234 temppass teresa123 terminal terminator test1234 test12345 test123456 test2020 test2021 test2022
test2023 test2024 test2025 test2026 tester123 testing1 testing123 testtest testtest1 thailand thankyou1
thepassword theresa1 thomas123 thuglife thunder1 thunder123 thunderbird thx11380 tiffany1 tigger12 tigger123
tinkerbell tinkerbell1 titanic1 together tomorrow tool1234 toor1234 topsecret tottenham toyota123 training
treasure triangle trinity1 tristan1 tropical trucks123 truelove truelove1 trustno1 trustnoone tupac123
twilight twitter1 tyler123 universal universe user1234 user12345 user123456 user2020 user2021 user2022
user2023 user2024 user2025 user2026 username vacation valencia valentin valentina valentine valeria1
vampire1 vanessa1 vanessa123 veronica victoria victoria1 victoria123 vietnam1 vincent1 virginia volcom12
volkswagen volleyball w3lcome1 wachtwoord walmart1 warcraft warrior1 waterfall watermelon welcome! welcome01
welcome1 welcome12 welcome123 welcome1234 welcome12345 welcome123456 welcome2 welcome2020 welcome2021
welcome2022 welcome2023 welcome2024 welcome2025 welcome2026 welcome@123 welkom01 welkom123 whatever
whatever1 whatever123 whiskey1 wildcat1 wildcats william1 william123 williams willow123 windmill windows1
windows10 windows7 winston1 winter123 winter1234 winter12345 winter123456 winter2020 winter2021 winter2022
winter2023 winter2024 winter2025 winter2026 woaini1314 woaini520 wolverine wonderful woodland woodstock
worldofwarcraft wrestling xbox360live xxxxxxxx1 yamaha123 yankees1 yankees123 yankees2 yellow123 yourmom1
yourname yourpassword youtube1 z1234567 zanzibar zaq12wsx zaq12wsxcde3 zaq1xsw2 zaq1zaq1 zeppelin zidane10
zxcvbnm, zxcvbnm0 zxcvbnm1 zxcvbnm123 zxcvzxcv zxczxczxc
)";

}  // namespace

bool is_common_password(std::string_view lower_case) noexcept {
    // Once per password that is set: a walk over some ten thousand bytes needs no index.
    if (lower_case.empty() || lower_case.find_first_of(" \n") != std::string_view::npos) return false;
    for (std::size_t at = common.find(lower_case); at != std::string_view::npos;
         at = common.find(lower_case, at + 1)) {
        const char before = common[at - 1];
        const char after = common[at + lower_case.size()];
        if ((before == ' ' || before == '\n') && (after == ' ' || after == '\n')) return true;
    }
    return false;
}

}  // namespace p2pc::identity
