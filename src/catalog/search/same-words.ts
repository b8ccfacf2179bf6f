import { stemmer } from "stemmer";
import { pairKey, splitTerms } from "./split-terms.ts";
import { STOP_WORDS } from "./stop-words.ts";

/**
 * Words that requests and tools use for the same, a line each: English ones, then those of German, French, Spanish, Portuguese
 * and Italian, and pairs of Chinese characters, which are all read as the first.
 */
const SAME = `
create make | erstellen erstelle anlegen erzeugen neu neue neuen neuer neues créer crée nouveau nouvelle crear crea nuevo nueva criar novo nova creare crea nuovo nuova 创建 新建
delete remove erase forget | löschen lösche loeschen entfernen entferne supprimer supprime effacer borrar borra eliminar elimina apagar excluir remover eliminare cancellare 删除 移除
read | lesen lese lies liest lire lis leer lee ler leia leggere leggi 读取
write | schreiben schreibe écrire écris escribir escribe escrever escreva scrivere scrivi 写入
list | auflisten liste listen lister énumérer listar lista enumerar elencare elenca 列出 列表
search lookup | suchen suche such finden finde rechercher recherche chercher cherche trouver trouve buscar busca encontrar encuentra procurar pesquisar cercare cerca trovare 搜索 查询 查找 检索
show | gib zeigen zeige anzeigen anzeige montrer montre afficher affiche mostrar muestra mostra mostrare exibir 显示 查看
get | holen hole abrufen abholen obtenir obtiens récupérer obtener obtén obter ottenere 获取
update modify edit | aktualisieren aktualisiere ändern ändere bearbeiten bearbeite modifier modifie mettre actualizar actualiza modificar modifica editar edita cambiar atualizar alterar modificare aggiornare aggiorna 更新 修改 编辑
add | hinzufügen hinzu ergänzen ajouter ajoute añadir añade agregar agrega adicionar acrescentar aggiungere aggiungi 添加 新增
send | senden sende schicken schicke verschicken versenden envoyer envoie enviar envía envia mandar manda mandare inviare invia 发送
open | öffnen öffne ouvrir ouvre abrir abre aprire apri 打开
close | schließen schließe schliessen fermer ferme cerrar cierra fechar fecha chiudere chiudi 关闭
copy duplicate | kopieren kopiere copier copie copiar copia copiare 复制
move | verschieben verschiebe bewegen déplacer déplace mover mueve spostare sposta 移动
rename | umbenennen benennen renommer renomme renombrar renomear rinominare 重命
upload | hochladen lade téléverser charger subir sube cargar carregar caricare carica 上传
download | herunterladen télécharger télécharge descargar descarga baixar scaricare scarica 下载
save store remember | speichern speichere sichern enregistrer enregistre sauvegarder guardar guarda salvar salva salvare 保存
start run launch | starten starte ausführen démarrer démarre lancer lance exécuter iniciar inicia ejecutar ejecuta executar avviare avvia eseguire 启动 运行 执行
stop kill terminate | stoppen stoppe anhalten beenden arrêter arrête detener detén parar para fermare ferma 停止
translate | übersetzen übersetze uebersetzen übersetzung traduire traduis traduction traducir traduce traducción traduzir tradução tradurre traduci traduzione 翻译
convert | umwandeln wandle konvertieren umrechnen rechne convertir convertis convierte converter converta convertire converti 转换
calculate compute | berechnen berechne ausrechnen rechnen calculer calcule calcular calcula calcolare calcola 计算
compare | vergleichen vergleiche comparer compare comparar compara confrontare confronta 比较
summarize summarise summary | zusammenfassen zusammenfassung fasse résumer résume résumé resumir resume resumen resumo riassumere riassunto 总结 摘要
book reserve | buchen buche reservieren reserviere réserver réserve reservar reserva prenotare prenota 预订
buy purchase | kaufen kaufe bestellen acheter achète comprar compra compro comprare 购买
pay | bezahlen bezahle zahlen payer paye pagar paga pagare 支付
play | abspielen spielen spiele jouer joue reproducir jugar tocar riprodurre 播放
screenshot capture snapshot | bildschirmfoto captura cattura 截图
draw | zeichnen zeichne dessiner dessine dibujar dibuja desenhar disegnare disegna 绘制
share | teilen teile partager partage compartir comparte compartilhar condividere 分享
check | prüfen prüfe überprüfen vérifier vérifie comprobar verificar verifica controllare 检查
file | datei dateien fichier fichiers archivo archivos fichero arquivo arquivos ficheiro 文件
directory folder | ordner verzeichnis verzeichnisse dossier dossiers répertoire carpeta carpetas directorio pasta pastas diretório cartella cartelle 目录 件夹
message | nachricht nachrichten meldung messages mensaje mensajes mensagem mensagens messaggio messaggi 消息 信息
email mail | brief courriel courrier correo correos posta 邮件
calendar | kalender calendrier calendario calendário 日历
event appointment meeting | termin termine besprechung sitzung ereignis événement événements réunion rendez evento eventos reunión cita reunião appuntamento riunione 会议 事件 日程
weather forecast | wetter wettervorhersage vorhersage météo meteo prévision prévisions tiempo clima pronóstico previsão previsioni 天气 预报
invoice bill | rechnung rechnungen facture factures factura facturas fatura faturas fattura fatture 发票
customer client | kunde kunden client clients cliente clientes clienti 客户
contact | kontakt kontakte contacto contactos contato contatti 联系
user | benutzer nutzer anwender utilisateur utilisateurs usuario usuarios usuário utente utenti 用户
account | konto konten compte comptes cuenta cuentas conta contas 账户
task todo | aufgabe aufgaben tâche tâches tarea tareas tarefa tarefas compito compiti attività 任务
process program | prozess programm processus programme proceso programa processo 进程 程序
project | projekt projekte projet projets proyecto proyectos projeto progetto progetti 项目
issue ticket | fehler problem problème incidencia problema 问题
repository repo | repositorium dépôt repositorio repositório 仓库
branch | zweig branche rama ramo 分支
picture image photo | bild bilder foto fotos photo imagen imágenes imagem imagens immagine immagini 图片 图像 照片
video | film vidéo vídeo vídeos filmato 视频
song music | lied lieder musik chanson musique canción música canzone musica 音乐 歌曲
document | dokument dokumente document documento documentos documenti 文档
page | seite seiten página páginas pagina 页面
website site | webseite webseiten sitio 网站 网页
table | tabelle tabellen tableau tabla tabela tabella 表格
spreadsheet sheet | tabellenblatt feuille hoja planilha foglio
chart graph diagram plot | diagramm diagramme graphique gráfico gráfica grafico grafici 图表
database | datenbank datenbanken base données datos dados dati 数据
price cost | preis preise kosten prix precio precios coste preço preços prezzo prezzi 价格
stock share | aktie aktien aktienkurs kurs action actions acción acciones ação ações azione azioni 股票
currency | währung währungen devise devises moneda divisa moeda valuta 货币 汇率
map | karte landkarte carte mapa mappa 地图
route directions | weg wegbeschreibung itinéraire ruta rota percorso 路线
address | adresse adressen dirección endereço indirizzo 地址
place location | ort orte standort lieu lugar lugares luogo 地点 位置
city | stadt ville ciudad cidade città 城市
train | zug züge bahn train tren trem treno 火车
flight | flug flüge vol vols vuelo vuelos voo voos volo voli 航班
hotel | hotel hôtel albergo 酒店
restaurant | gaststätte restaurante ristorante 餐厅
news | nachrichten neuigkeiten actualités nouvelles noticias notícias notizie 新闻
time | zeit uhrzeit heure temps hora tempo ora 时间
date | datum date fecha data 日期
day today | heute tag aujourd jour hoy día hoje dia oggi giorno 今天
tomorrow | morgen demain mañana amanhã domani 明天
text | text texte texto testo 文本
word | wort wörter mot mots palabra palabras palavra parola parole 单词
note | notiz notizen note notes nota notas 笔记
comment | kommentar kommentare commentaire commentaires comentario comentários commento commenti 评论
name | namen nom nombre nome 名称
line | zeile zeilen ligne lignes línea líneas linha riga 
size big | größe groesse taille tamaño tamanho dimensione 大小
number | zahl nummer nombre número numero 数字
password | passwort mot contraseña senha 密码
recipe | rezept rezepte recette recettes receta recetas receita ricetta ricette 食谱 菜谱
movie film | filme kino películas película filme cinema 电影
book novel | buch bücher livre livres libro libros livro libri 书籍
job | stelle arbeit emploi empleo trabajo emprego lavoro
company | firma unternehmen entreprise société empresa azienda 公司
order | bestellung bestellungen commande commandes pedido pedidos encomenda ordine ordini 订单
product | produkt produkte produit produits producto productos produto prodotto 产品
payment | zahlung zahlungen paiement pago pagamento 付款
report | bericht berichte rapport rapports informe relatorio relatório rapporto 报告
average mean | durchschnitt moyenne promedio media média 平均
`;

/** Words of those languages that carry the grammar of a request. */
const GRAMMAR = `der die das den dem des ein eine einen einem einer und oder mit für von zu zum zur im in auf aus an bei nach
alle allen meine meinen mein mir bitte ist sind wie was welche le la les l un une des du de d et ou avec pour dans sur au aux
tous toutes mon ma mes moi quel quelle est sont el los las una unos y o con para por en del al todos todas mi mis me que cuál
es son os as um uma e com em no na nos nas do da dos todos meu minha il lo gli di per su nel nella tutti mio mia che è 的 一个`;

/**
 * Forms of English verbs that no rule of stemming leads back, behind the verb: requests tell what happened (`I haven't met
 * with Ada`), and tools are named by what they do. Left out are those that mostly say something else, as `left` and `saw`.
 */
const FORMS = `
become became, begin began begun, bite bit bitten, blow blew blown, break broke broken, bring brought, build built, buy bought,
catch caught, choose chose chosen, come came, deal dealt, dig dug, draw drew drawn, drink drank drunk, drive drove driven,
eat ate eaten, fall fallen, feed fed, fight fought, find found, fly flew flown, forbid forbade forbidden, forget forgot forgotten,
forgive forgave forgiven, freeze froze frozen, get got gotten, give gave given, go went gone, grow grew grown, hang hung, hear heard,
hide hid hidden, hold held, keep kept, know knew known, lead led, lend lent, lose lost, make made, mean meant, meet met, pay paid,
ride rode ridden, ring rang rung, rise risen, run ran, say said, seek sought, sell sold, send sent, shake shook shaken, shoot shot,
show shown, shrink shrank shrunk, sing sang sung, sink sank sunk, sit sat, sleep slept, speak spoke spoken, spend spent,
stand stood, steal stole stolen, stick stuck, strike struck, swear swore sworn, sweep swept, swim swam swum, take took taken,
teach taught, tear tore torn, tell told, think thought, throw threw thrown, understand understood, undo undid undone,
wake woke woken, wear wore worn, win won, withdraw withdrew withdrawn, write wrote written, rewrite rewrote rewritten,
overwrite overwrote overwritten, redo redid redone, rebuild rebuilt, resend resent, undertake undertook undertaken
`;

const english = new Map<string, readonly string[]>();
const foreign = new Map<string, string>();
for (const line of SAME.trim().split("\n")) {
  const [own = "", others = ""] = line.split("|");
  const words = own.trim().split(" ");
  for (const word of words) {
    const before = english.get(stemmer(word)) ?? [];
    english.set(stemmer(word), [...before, ...words.filter((each) => each !== word)]);
  }
  for (const word of splitTerms(others)) if (!foreign.has(word)) foreign.set(word, words[0] ?? word);
}
const verbs = new Map<string, string>();
for (const line of FORMS.trim().split(/,\s*/)) {
  const [verb = "", ...forms] = line.split(" ");
  for (const form of forms) verbs.set(form, verb);
}
const grammar = new Set(splitTerms(GRAMMAR).filter((word) => !STOP_WORDS.has(word)));

/** Other English words for what a word stands for in requests of tools; none for most words. */
export function sameWords(word: string): readonly string[] {
  return english.get(stemmer(word)) ?? [];
}

/**
 * Words of a request as tools say them: phrases as the word that they mean, irregular forms of verbs as the verb, and English where it is written in another language: a word that no tool has is replaced, one that tools
 * have stays beside what it means, and grammar is left out. Other words are returned unchanged, and so is a word
 * that neither shows its language by itself (`pasta`, `action`) nor stands beside the grammar of one.
 */
export function inPlainEnglish(
  words: readonly string[],
  reading: Readonly<Record<"isHeld" | "isWord", (word: string) => boolean>>,
): readonly string[] {
  return withoutPhrases(withVerbs(inEnglish(words, reading), reading.isHeld), reading.isHeld);
}

/** Words with the verbs that irregular forms are of in their place, or beside those that tools have. */
function withVerbs(words: readonly string[], isHeld: (word: string) => boolean): readonly string[] {
  return words.flatMap((word) => {
    const verb = verbs.get(word);
    if (verb === undefined) return [word];
    return isHeld(word) ? [word, verb] : [verb];
  });
}

function inEnglish(
  words: readonly string[],
  { isHeld, isWord }: Readonly<Record<"isHeld" | "isWord", (word: string) => boolean>>,
): readonly string[] {
  const strange = words.filter((word) => foreign.has(word) && !isHeld(word));
  const isForeign = strange.some((word) => !isWord(word) || words.some((other) => grammar.has(other)));
  if (!isForeign) return words;
  return words.flatMap((word) => {
    const meaning = foreign.get(word);
    if (meaning === undefined) return grammar.has(word) ? [] : [word];
    return isHeld(word) ? [word, meaning] : [meaning];
  });
}

/** What people say in several words, and after the bar the one or few that are meant. */
const PHRASES = `
keep in mind, bear in mind, keep in memory, commit to memory, note that, make a note, take note, take a note, write down, jot down, put down, don t forget, do not forget, never forget, don t let me forget | remember
get rid of, throw away, throw out, throw it away, do away with, clean up, cross out, take out, strike out | delete
take back, take it back, take that back | delete undo
call off | cancel
shut down, switch off, turn off, power off | stop disable
switch on, turn on, power on, fire up, spin up, kick off | start enable
set up | create setup
put together | create
look up, look for, search for, hunt for | search
look at, look into, have a look, take a look, check out | view
fill in, fill out | fill
log in, log on, sign in, sign on | login
log out, log off, sign out, sign off | logout
sign up | register
write to, drop a line | send message
put off, push back | postpone
bring forward, move up | reschedule
sum up, boil down, in short | summarize
add up, sum of | sum
figure out, find out, work out | find
send back, give back, bring back | return
pay back, money back, give back money | refund
go back | return previous
how many, number of | count number
how big, how large, how heavy | size
how far | distance
how old | age date
how tall, how high | height
how long | duration
how warm, how cold, how hot | temperature weather
how expensive, how much does, how much is, how much are, how much for | price
how do i get to, how to get to, how can i get to, way to | route directions
what time, what s the time | time
what day | date
what s new, what is new, what happened, what s happening, what is happening | recent news
what changed, what has changed, what was changed, what did i change | changes diff
what does it look like | screenshot view
up to date | latest
hang up | end call
point to | link
hand over, pass on | transfer
make public, put online, go live | publish deploy
make bigger, make smaller | resize
next to, close to, close by | nearby
phone number, telephone number | phone contact
`;

/** A phrase behind its first word, and what is meant. */
interface Phrase {
  readonly rest: readonly string[];
  readonly meant: readonly string[];
}

const phrases = new Map<string, Phrase[]>();
for (const line of PHRASES.trim().split("\n")) {
  const [said = "", meant = ""] = line.split(" | ");
  for (const phrase of said.split(", ")) {
    const [first = "", ...rest] = phrase.split(" ");
    phrases.set(first, [...(phrases.get(first) ?? []), { rest, meant: meant.trim().split(" ") }]);
  }
}
for (const list of phrases.values()) list.sort((a, b) => b.rest.length - a.rest.length);

/**
 * Words of a request in which phrases are replaced by what they mean: by themselves their words say something else. Where the name
 * of a tool says a phrase itself, as `TurnOn` does, its words stay beside what it means.
 */
function withoutPhrases(words: readonly string[], isHeld: (word: string) => boolean): readonly string[] {
  const plain: string[] = [];
  for (let place = 0; place < words.length; place++) {
    const fits = ({ rest }: Phrase): boolean => rest.every((word, after) => words[place + 1 + after] === word);
    const phrase = phrases.get(words[place] ?? "")?.find(fits);
    const said = words.slice(place, place + 1 + (phrase?.rest.length ?? 0));
    if (phrase === undefined || isHeld(pairKey(said.join("")))) plain.push(...said);
    plain.push(...(phrase?.meant ?? []));
    place += said.length - 1;
  }
  return plain;
}
