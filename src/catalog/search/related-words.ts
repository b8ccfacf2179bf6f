import { stemmer } from "stemmer";

/** What tools say, and after the bar what requests say of the same; without a bar either may say any of the words. */
const RELATED = `
create add write save append | remember note jot record keep memorize log store save
observation entity knowledge node graph memory | fact facts memory remember forget know knowledge learned
entity node contact user profile | person people someone anyone somebody man woman friend colleague
delete remove clear drop uninstall | wipe trash discard scrap clean purge ditch drop destroy
relation link edge relationship | connect connection relate relationship linked
list get read show view | see look display view browse inspect open what's
read get fetch load | open look view contents inspect print
search query find | look locate hunt seek grep lookup where
update edit modify set patch | change adjust fix alter correct tweak rewrite replace
move rename | relocate transfer shift reschedule
update reschedule edit | move postpone reschedule shift delay
cancel delete remove | cancel abort call
reset revert restore rollback | undo revert restore back
navigate goto visit open | go visit browse surf website url address
click press tap | tap press push hit click button
fill type input enter | type enter write insert put
select option choose | pick choose dropdown menu option
screenshot image media capture | picture photo pic image photograph shot
screenshot snapshot capture | photo picture grab
image media photo picture | photos pictures pic photograph logo icon drawing
video screencast recording | film movie record clip
audio speech voice sound | song sound listen voice hear podcast
evaluate execute run script javascript | javascript js code script program
execute run start launch | perform do fire kick trigger
query sql select statement | sql rows row records record data
record row entry query select | record row entry line
insert create write update query | record row entry insert
field column property attribute | column field attribute property
schema describe structure mapping | column field structure layout schema
database table schema | db databases rows
channel room conversation | rooms room channels group
message chat post send | write text tell talk message dm ping
reply respond comment answer thread | answer respond reply
accept decline respond | invitation invite accept rsvp
reaction emoji | like thumbs react smile
user member profile account | people team members who staff
history log message recent | past previous earlier history wrote said recent latest
commit log history diff | changes changed recent history latest
diff status compare change | changed differences changes difference
pull merge request | pr propose proposal contribution
review approve comment pull | approve reject review pr
issue bug ticket task | bug problem ticket defect report
create open submit | report open raise
fork clone copy duplicate | copy clone fork
checkout switch branch | switch
init create start initialize new | start begin setup initialise
stage add commit | stage track
performance trace lighthouse insight | slow speed fast faster performance
console log message error | errors error warnings logs
tab page window | tab tabs window page
back previous return history | return previous back
page website url web html | article site webpage blog page website
fetch download get scrape crawl | download read grab scrape article
freebusy availability available busy | free busy available
event appointment meeting calendar | schedule visit dentist appointment agenda plans plan
create add schedule reserve | book put plan arrange schedule organize
time date clock timezone | when clock hour today now
info metadata size stat details | big size large modified when age old
directory folder path | folder place where
allowed permission access | may permitted allowed access
file document text | document txt doc notes file
send deliver email mail | write send mail
contact address phone number | phone call number
payment charge invoice transfer | pay charge money bill
invoice quote receivable payable | bill owe owes debt unpaid overdue
profit loss balance revenue expense account | money earn earned profit income spend spent
contact customer vendor supplier account | supplier vendor client buyer partner
employee payroll contact user | staff worker colleague team employee
timesheet time entry worklog | hour hours worked shift
leave absence holiday | vacation holiday sick off
customer client account lead | client buyer shopper
order purchase cart checkout | buy purchase shop
price quote cost rate | cheap expensive cost worth
stock share quote ticker market | shares invest trading market
weather forecast temperature | rain sunny snow cold hot umbrella
map route direction distance | way drive far road walk trip get
place location poi nearby geocode | near nearby around where address
flight hotel booking travel | trip vacation holiday travel stay
recipe food meal restaurant | cook dinner lunch eat dish hungry
news headline article | happening headlines today world
translate language | language say english
summary summarize extract | short overview gist digest recap
generate create draw make | build produce draft compose
chart graph plot visualize diagram | visualise visualization picture show
convert transform export format | turn change into export
deploy release publish | ship launch rollout publish
secret password credential key token | password login key credentials
login authenticate sign auth | sign log credentials access
notify alert remind reminder | remind alert warn tell notification
task todo reminder item | chore reminder remind do
project workspace board | board team workspace
cluster container pod instance server | machine server box host
metric monitor usage status health | health up running alive monitor
vector embedding index similar | similar alike
format style font | bold italic colour color underline pretty
protect encrypt restrict secure | lock protect secure
replace edit substitute | swap exchange substitute
command shell terminal process execute | shell terminal bash command console
list status process get | running active alive
directory folder tree | subfolder subfolders nested hierarchy
search web query | google bing internet online
event appointment calendar | lunch dinner coffee party birthday call
paper article research publication | study studies scientific science literature
mindmap mind diagram | brainstorm ideas think
organization hierarchy tree | boss reports manager
pie treemap proportion percentage | share shares part percent proportion
line area trend series | trend growth time
nearby search places poi | around near close
scan check validate verify lint | test check inspect correct
credit refund return | refund reimburse cashback
quote estimate offer | offer proposal estimate
close shut quit exit leave end
select pick choose
merge join combine unite
split divide separate
monitor watch observe track follow
approve accept confirm
reject decline refuse deny
publish post release
schedule plan
enable activate
disable deactivate
install setup
upgrade update
compress zip archive
extract unpack unzip
restore recover
sync synchronize synchronise
tag label mark
predict forecast guess
detect recognize recognise identify
classify categorize categorise
describe explain
improve optimize optimise enhance
rewrite rephrase paraphrase polish
count number total sum
error failure exception
config configuration settings preferences setup
url link address
member user
salary wage pay
medicine drug medication
song track tune
score result
town city
nation country
street road
car vehicle auto
house home property apartment
student pupil
course class lesson training
position role job career employment
loan mortgage credit
crypto bitcoin coin
hover mouse cursor
drag move
hotel room accommodation lodging stay
disk drive volume storage
network connection
package library module dependency
`;

const related = new Map<string, readonly (readonly string[])[]>();
for (const line of RELATED.trim().split("\n")) {
  const [tools = [], asked = tools] = line.split("|").map((part) => part.trim().split(" "));
  for (const stem of new Set(asked.map((word) => stemmer(word)))) {
    const others = tools.filter((other) => stemmer(other) !== stem);
    related.set(stem, [...(related.get(stem) ?? []), others]);
  }
}

/**
 * Words of tools that may be meant by one of a request, where none means quite the same: a list for each thing it may have to
 * do with, such as what is done and with what. None for most words.
 */
export function relatedWords(word: string): readonly (readonly string[])[] {
  return related.get(stemmer(word)) ?? [];
}
