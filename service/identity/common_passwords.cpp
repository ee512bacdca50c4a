#include "identity/common_passwords.hpp"

#include <algorithm>

namespace kindling {
namespace {

constexpr std::string_view kPasswords = R"(
000000000000 111111111111 111222333444 112233445566 1122334455667788 121212121212 123123123123 123321123321
123456123456 123456789012 1234567890123 1234567890abc 1234567890qw 1234567890qwertyuiop 123456789123
123456789abc 123456789asd 123456789love 123456789qwe 123456abcdef 123456qwerty 123qwe123qwe 123qwe456rty
123qweasdzxc 12qwaszx12qw 1a2b3c4d5e6f 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1q2w3e4r5t6y7u8i9o0p
1qaz2wsx3edc 1qaz2wsx3edc4rfv 987654321987 999999999999 a1b2c3d4e5f a1b2c3d4e5f6 a1b2c3d4e5f6g
a1b2c3d4e5f6g7 a2b3c4d5e6f abc123abc abc123abc123 abcd12345678 abcd1234abcd abcdef123456 abcdefg12345
abcdefgh1234 admin1234567 admin12345678 adminadmin administrador administrator administrator1
administrator123 adminpassword alexander alexander123 alexander1234 alexandra alexandra123 alohomora
alohomora123 amazinggrace america12345 america123456 andrew123456 anthony12345 anthony123456 anything1234
argentina argentina123 arsenal12345 arsenal123456 asdf1234asdf asdfasdfasdf asdfghjkl asdfghjkl123
asdfghjkl1234 asdfghjklqwerty asdfghjklzxcvbnm asdfqwerzxcv australia australia1 australia123
averylongpassword awesome12345 awesome123456 azerty123456 azertyuiop azertyuiop123 azertyuiopqsdfghjklm
badpassword badpassword123 bangladesh bangladesh123 barcelona barcelona123 barcelona1234 baseball1234
basketball basketball1 basketball12 basketball123 basketball23 batman123456 batman1234567 bayernmunich
beautiful beautiful123 bestfriend bestfriend123 bestfriends bestfriends1 blablabla blablabla123 blahblahblah
blessed12345 blinkblink blinkblink182 blueberry blueberry123 bonjour12345 bonjour123456 borussiadortmund
brasil123456 business1234 butterfly butterfly123 butterfly1234 california california1 california123
callofduty callofduty123 carpediem carpediem123 changeit1234 changeme1234 changemenow changemeplease
changethis changethis123 changethispassword charlie12345 charlie123456 charlotte charlotte123 cheerleader
cheerleader1 cheesecake cheesecake123 chelsea12345 chelsea123456 chelseafc chelseafc123 chevrolet
chevrolet123 chocolate chocolate123 chocolate1234 chouchou1234 christmas christmas123 christopher
christopher1 christopher123 ciaociao1234 cinnamon1234 cisco1234567 company12345 companyname computer1234
computer12345 computer123456 contrasena contrasena123 contrasenia contraseña contraseña123 corinthians
correcthorsebattery correcthorsebatterystaple corvette1234 counterstrike cristiano cristiano123 cristiano7
cristianoronaldo daniel12345 daniel123456 database1234 december1234 default12345 defaultpassword deutschland
deutschland1 deutschland123 donaldduck donaldduck123 doudou123456 dragon123456 dragon1234567 dragonball
dragonball123 dragonballz dragonballz1 easypassword easypassword1 elizabeth elizabeth123 elizabeth1234
estrella1234 everything everything123 facebook1234 facebook12345 facebook123456 fantastic fantastic123
february1234 fenerbahce fenerbahce1907 ferrari12345 flamengo1234 football1234 football12345 football123456
foreverandever foreverlove foreveryoung forgotmypassword forgotpassword forzanapoli freedom12345
freedom123456 friends12345 friendsforever friendship friendship123 galatasaray galatasaray1905 gameofthrones
geheim123456 godblessme godblessme123 godisgood godisgood123 godisgreat godislove godislove123 goodpassword
goodpassword1 google123456 greenday1234 guest1234567 guestguest gymnastics gymnastics123 hahahahahaha
hakunamatata hallelujah hallelujah123 hallo1234567 hallohallo hallohallo123 halloween halloween123 hallowelt
hallowelt123 hardpassword hardpassword1 harleydavidson harleydavidson1 harrypotter harrypotter1 harrypotter7
haslo1234567 heavenlyfather hellokitty hellokitty1 hellokitty123 heslo1234567 hogwarts1234 hola12345678
holahola1234 hunter2hunter hunter2hunter2 ichliebedich ichliebedich1 ihatepasswords ihatethis ihateyou1234
ihavenopassword iliketurtles ilovechocolate ilovefootball ilovegod123 ilovejesus ilovejesus1 ilovejustin
ilovejustinbieber iloveme12345 ilovemusic ilovemycat ilovemydog ilovemyfamily ilovemylife ilovemymom
ilovemyself iloveyou1234 iloveyou12345 iloveyou4ever iloveyouall iloveyoualways iloveyoubabe iloveyoubaby
iloveyouforever iloveyouloads iloveyoumom iloveyoumore iloveyousomuch iloveyoutoo incredible incredible123
india1234567 india@123456 indonesia indonesia123 insecurepassword instagram instagram123 internet1234
ironmaiden ironmaiden123 ironmaiden666 january12345 jelszo123456 jennifer1234 jessica12345 jessica123456
jesus1234567 jesuschrist jesuschrist1 jesusislord jesuslovesme jesuslovesyou jetaime12345 jetaime123456
jonathan1234 jordan123456 jordan232323 joshua123456 justinbieber justinbieber1 juventus123 juventus1234
kawasaki1234 kochamcie kochamcie1 kochamcie123 lalalalalala lamborghini lamborghini1 leagueoflegends
ledzeppelin ledzeppelin1 letmein12345 letmeinletmein letmeinplease liberty12345 linkedin1234
linkedinlinkedin linkinpark linkinpark123 livelaughlove liverpool liverpool123 liverpool1234 liverpoolfc
liverpoolfc1 london123456 london2012london longpassword longpassword123 lordoftherings losenord123
loulou123456 loveforever lovelovelove lovemeforever loveyouforever lozinka12345 malaysia1234 manchestercity
manchesterunited manutd123456 masterpassword matthew12345 maytheforcebewithyou mercedes1234 mercedesbenz
metallica metallica1 metallica123 michael12345 michael123456 michaeljackson michaeljordan michaeljordan23
michelle1234 mickeymouse mickeymouse1 microsoft microsoft123 minecraft minecraft123 minecraft1234 minhasenha
minhasenha123 monkey123456 monkey1234567 motdepasse motdepasse1 motdepasse123 mustang12345 mustang123456
mynewpassword mypassword mypassword1 mypassword123 mypasswordis mypasswordis123 mystrongpassword
nananananana napoli123456 netherlands netherlands1 network12345 nevergiveup nevergiveup123 newpassword
newpassword1 newpassword123 newyork12345 newyork123456 newyorkcity nicholas1234 nopassword nopassword123
nothing12345 notmypassword november1234 october12345 oldpassword onedirection onedirection1 onedirection5
opensesame opensesame123 openthedoor oracle123456 p@ssw0rd1234 p@ssword1234 pa$$word1234 pa55word1234
pakistan1234 pakistan12345 pakistan786786 palmeiras palmeiras123 parola123456 parool123456 passw0rd1234
password1234 password12345 password123456 password2020 password2021 password2022 password2023 password2024
password2025 password2026 passwordispassword passwordpassword passwort1234 passwort12345 passwort123456
philadelphia philadelphia1 philippines philippines1 pineapple pineapple123 pinkfloyd pinkfloyd1 pinkfloyd123
playstation playstation2 playstation3 playstation4 please12345 pleasechange pleasechange123 pleasechangeme
pleaseletmein pokemon12345 pokemon123456 polska123456 porsche911911 princess1234 princess12345
princess123456 q1w2e3r4t5y q1w2e3r4t5y6 q1w2e3r4t5y6u7i q1w2e3r4t5y6u7i8 q2w3e4r5t6y q2w3e4r5t6y7u
q2w3e4r5t6y7u8i q2w3e4r5t6y7u8i9o0p qaz2wsx3edc qaz2wsx3edc4rfv qazwsxedc qazwsxedc123 qazwsxedcrfv
qazwsxedcrfvtgb qwaszx12qw qwe123qwe qwe456rty qweasdzxc qweasdzxc123 qweasdzxcqwe qwerasdfzxcv qwerty123456
qwerty1234567 qwerty12345678 qwerty123456789 qwertyasdfgh qwertyasdfzxcv qwertyqwerty qwertyuiop
qwertyuiop12 qwertyuiop123 qwertyuiopasdfgh qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm qwertz123456
qwertzuiop qwertzuiop123 randompassword realmadrid realmadrid1 realmadrid123 realmadridcf replaceme
replaceme1234 rollingstones ronaldo12345 ronaldo123456 rootpassword rootroot1234 rootrootroot salasana123
salasana1234 samsung12345 samsung123456 sanfrancisco schatz123456 schatzi12345 scooby123456 scoobydoo
scoobydoo123 secret123456 secretpassword secretsecret securepassword securepassword123 security1234
securitysecurity senha12345678 september september11 september123 server123456 shadow123456 simplepassword
singapore singapore123 skateboard skateboard123 slipknot1234 slipknot666 snoopy123456 snowboard snowboard123
something something123 sommar123456 spiderman spiderman123 spongebob spongebob123 spongebobsquarepants
springtime springtime123 startrek1234 starwars1234 starwars12345 starwarsfan stephanie stephanie123
strawberry strawberry123 strongpassword strongpassword123 stronkpassword summer2020summer sunshine1234
sunshine12345 sunshine123456 superadmin superadmin123 supercalifragilisticexpialidocious superman1234
superman12345 supernova supernova123 supersecret supersecret123 superuser superuser123 swimming1234
switzerland switzerland1 system123456 taylorswift taylorswift1 taylorswift13 teamo1234567 teamomucho
teamomucho123 teamoporsiempre temporary temporary123 temporarypassword temppassword tequieromucho
tester123456 testing12345 testing123456 testpassword testtesttest testuser1234 thebeatles thebeatles123
thisisalongpassword thisisapassword thisismypassword thomas123456 thunderbird thunderbolt thunderstorm
tigger123456 toortoortoor topsecret topsecret123 trustno1trustno trustno1trustno1 trustnoone trustnoone123
unbelievable useruser1234 verysecret verysecret123 verysecurepassword vietnam12345 volkswagen volkswagen123
volleyball volleyball123 wachtwoord wachtwoord1 wachtwoord123 washington washington123 watermelon
watermelon123 welcome12345 welcome123456 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024
welcome2025 welcome2026 welcomeback welcomehome welcometothejungle welkom12345 welkom123456 whatever1234
whatever12345 whatsup12345 windows12345 winteriscoming wintertime wintertime123 worldofwarcraft yamaha123456
youllneverwalkalone yourpassword youtube12345 zaq12wsxcde zaq12wsxcde3 zaq1xsw2cde zaq1xsw2cde3 zaq1zaq1zaq
zaq1zaq1zaq1 zxcvbnm12345 zxcvbnm123456 zxcvbnmasdfghjkl zxcvbnmzxcvbnm
)";

constexpr std::string_view kWords = R"(
access admin administrator apple approver april asdf august autumn azerty baby baseball batman berlin best
bonjour brussels bruxelles budget change changeme ciao company computer contrasena coordinator december
default demo donation donations dragon europe european facebook fall february finance first football forever
france friday funding geheim germany good google grant grants guest hallo haslo hello herbst hockey hola
hunter iloveyou internet is january july june letmein login logon london love lovely manager march master
microsoft monday money monkey motdepasse my new november number october office old one paris parola passwd
password passwort please pokemon princess qwerty qwertz root safe samsung saturday secret secure senha
september signin soccer sommer spring starwars strong summer sunday sunshine super superman temp temporary
test tester testing the this thursday trustno tuesday union user very viewer wachtwoord wednesday welcome
welkom willkommen windows winter your zxcv
)";

std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> found;
  while (true) {
    const auto begin = text.find_first_not_of(" \n");
    if (begin == text.npos) break;
    text.remove_prefix(begin);
    const auto end = text.find_first_of(" \n");
    found.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

const std::vector<std::string_view>& common_passwords() {
  static const std::vector<std::string_view> list = pieces(kPasswords);
  return list;
}

const std::vector<std::string>& common_words() {
  static const std::vector<std::string> words = [] {
    const auto found = pieces(kWords);
    return std::vector<std::string>(found.begin(), found.end());
  }();
  return words;
}

}  // namespace kindling
