// The page: token, the three choices a person has (type, help, language), and what is certain at this moment.
import * as text from '/assets/kiosk-text.js';
import { follow } from '/assets/kiosk-link.js';
import * as view from '/assets/kiosk-view.js';
import { watchIdle, watchPresence } from '/assets/kiosk-idle.js';
import * as desk from '/assets/kiosk-jobs.js';
import * as copies from '/assets/kiosk-copy.js';
import * as faults from '/assets/kiosk-report.js';
import * as pin from '/assets/kiosk-pin.js';
import * as staff from '/assets/kiosk-staff.js';
const { byId } = view;

// Without contact for UNKNOWN nothing is certain any more; a page that was never told anything waits PATIENCE.
const ALIVE = 30000, UNKNOWN = 60000, PATIENCE = 15000, IDLE = 30, FLASH = 6000, SIZES = 3, KEY = 'zone.token';
const page = { link: null, refused: false, startedAt: 0, name: '', groups: [], hours: null, hoursAt: 0, jobs: [], reports: [], size: 0, isHelp: false, shown: '', heard: () => {}, isHere: () => true };

// ---- the token ----

/** It leaves the address bar at once: the next person must not be able to read or photograph it. */
function takeToken() {
  const given = location.hash.slice(1);
  if (given) history.replaceState(null, '', location.pathname + location.search);
  const isToken = /^[\x21-\x7e]{1,256}$/.test(given);
  try {
    if (isToken) sessionStorage.setItem(KEY, given);
    return isToken ? given : sessionStorage.getItem(KEY);
  } catch (error) {
    return isToken ? given : null;
  }
}
function start() {
  const token = takeToken();
  if (page.link) page.link.stop();
  page.refused = false;
  page.startedAt = performance.now();
  page.link = token ? follow(token, { view: showView, hours: showHours, jobs: showJobs, use: (...what) => page.heard(...what), cleaned: staff.hear, refused }) : null;
  render();
}
function refused(isRefused) {
  const isNews = page.refused !== isRefused;
  page.refused = isRefused;
  if (isNews) render();
}

// ---- what is certain ----

function certainty() {
  if (!page.link) return 'unknown';
  if (page.link.age() < UNKNOWN) return 'known';
  const isNew = page.link.provenWall() === 0 && performance.now() - page.startedAt < PATIENCE;
  return isNew ? 'wait' : 'unknown';
}
function showView(json) {
  page.name = typeof json.name === 'string' ? json.name.trim().slice(0, 40) : '';
  page.groups = view.gather(json.lines.slice(0, 100));
  page.reports = json.reports;
  render();
  copies.look(() => { copies.showTile(certainty() === 'known'); showMore(); });
}
function showHours(json) {
  page.hours = json && typeof json === 'object' ? json : null;
  page.hoursAt = Date.now();
  render();
}
function showJobs(jobs) {
  page.jobs = jobs;
  showWork(certainty());
  showMore();
}
function showWork(sure) {
  desk.showJobs(sure === 'known' ? page.jobs : [], Date.now());
  copies.showTile(sure === 'known');
  faults.showReports(page.reports, sure === 'known');
}

// ---- a sign of life ----

/** The agent cannot see whether a page still moves, nor who sits at keyboard and mouse: said from here, by what would stand still with it. */
function tellAlive() {
  if (page.link && !page.refused) page.link.send('POST', '/v1/app/alive', { inUse: page.isHere() }).catch(error => console.warn(String(error)));
}

// ---- the page ----

function render() {
  const isSetup = !page.link || page.refused, sure = certainty(), sum = view.summary(page.groups, sure, page.hours);
  byId('setup').hidden = !isSetup;
  byId('help').hidden = isSetup || !page.isHelp;
  byId('home').hidden = isSetup || page.isHelp;
  byId('helpButton').hidden = isSetup;
  byId('staffButton').hidden = isSetup;
  byId('name').textContent = page.name || text.t('title');
  document.title = byId('name').textContent;
  byId('setupWhy').replaceChildren(...view.bilingual(page.link ? 'setup.refused' : 'setup.missing'));
  view.showSummary(sum);
  showWork(sure);
  view.showRows(page.groups, sure);
  view.showServices(page.groups, sure);
  view.showHours(page.hours, page.hoursAt, sure);
  view.showWeek(page.hours);
  showAsOf(sure);
  speak(isSetup, sure, sum);
  page.sure = sure;
  showMore();
}
function showAsOf(sure) {
  const at = page.link && page.link.provenWall() ? text.clockTime(page.link.provenWall()) : '';
  const key = sure === 'known' ? (page.link.isLive() ? 'live' : 'lost') : 'unknown';
  byId('asOf').textContent = !page.link || sure === 'wait' ? '' : text.t(`asOf.${key}`, at);
}
/** Read out are the sentence above and the lines that changed, never the whole page again. */
function speak(isSetup, sure, sum) {
  const changed = [...document.querySelectorAll('.row.changed')];
  const lines = sure === 'known' ? changed.map(row => [...row.querySelectorAll('.lead')].map(node => node.textContent).join(' ')) : [];
  const news = isSetup ? '' : [text.ordered(sum[1])[0], ...lines].join(text.isChinese() ? '。' : '. ');
  if (news !== page.shown) byId('spoken').textContent = page.shown = news;
  clearTimeout(page.flash);
  page.flash = setTimeout(() => changed.forEach(row => row.classList.remove('changed')), FLASH);
}
function relabel() {
  document.documentElement.lang = text.language();
  document.documentElement.dataset.size = String(page.size);
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = text.t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-b]')) node.replaceChildren(...view.bilingual(node.dataset.b));
  label('size', `size.${page.size}`);
  label('helpButton', page.isHelp ? 'button.home' : 'button.help', page.isHelp ? 'b-home' : 'b-help');
  label('lang', 'button.lang');
  byId('lang').lang = text.otherLanguage();
  view.showLegend();
  render();
}
function label(id, words, picture) {
  byId(id).querySelector('.label').replaceChildren(...view.bilingual(words));
  if (picture) byId(id).querySelector('use').setAttribute('href', `#${picture}`);
}
/** Not everybody knows that a page can be pushed with the finger. */
function showMore() {
  const pane = byId('pane'), room = pane.scrollHeight - pane.clientHeight, isEnd = pane.scrollTop > room - 8;
  byId('more').hidden = room < 8;
  if (byId('more').dataset.gist === `${isEnd}${text.language()}`) return;
  byId('more').dataset.gist = `${isEnd}${text.language()}`;
  label('more', isEnd ? 'button.up' : 'button.down', isEnd ? 'b-up' : 'b-down');
}

// ---- what a person can do ----

/** An act at a panel is nothing to go home from: what is touched then is the act, or nothing can be touched. */
const isHome = () => staff.isActing() || (!pin.isAsking() && !staff.isOpen() && isAtStart());
const isAtStart = () => !copies.isCopying() && !faults.isOpen() && text.isChinese() && page.size === 0 && !page.isHelp && byId('pane').scrollTop < 8;

/** The agent sees who touches its panel; without one that works, whoever is here uses something else. */
const isCounted = () => !!page.link && page.link.isLive() && page.groups.some(group => group.kind === 'touchPanel' && group.parts.some(part => part.serviceable));

function goHome() {
  pin.close();
  staff.close();
  copies.close();
  faults.close();
  text.setChinese(true);
  Object.assign(page, { size: 0, isHelp: false });
  if (document.activeElement) document.activeElement.blur();
  relabel();
  byId('pane').scrollTop = 0;
}
function setUpControls() {
  byId('size').addEventListener('click', () => { page.size = (page.size + 1) % SIZES; relabel(); });
  byId('lang').addEventListener('click', () => { text.setChinese(!text.isChinese()); relabel(); });
  byId('helpButton').addEventListener('click', () => {
    page.isHelp = !page.isHelp;
    relabel();
    byId('pane').scrollTop = 0;
    if (page.isHelp) byId('helpTitle').focus({ preventScroll: true });
  });
  byId('more').addEventListener('click', () => {
    const pane = byId('pane'), isEnd = pane.scrollTop > pane.scrollHeight - pane.clientHeight - 8;
    pane.scrollTo({ top: isEnd ? 0 : pane.scrollTop + pane.clientHeight * 0.8, behavior: view.moves() ? 'smooth' : 'auto' });
  });
  byId('pane').addEventListener('scroll', showMore, { passive: true });
  addEventListener('resize', showMore);
  addEventListener('hashchange', () => { if (location.hash.length > 1) start(); });
  // A page kept for "back" would keep its stream too, and a browser opens only six to one host.
  addEventListener('pagehide', () => { if (page.link) page.link.stop(); });
  addEventListener('pageshow', event => { if (event.persisted) start(); });
  // A long press must not open a browser menu in front of the next person.
  addEventListener('contextmenu', event => event.preventDefault());
}

const asked = Number(new URLSearchParams(location.search).get('idle'));
setUpControls();
const send = (...what) => page.link.send(...what);
pin.setUpPIN(send);
desk.setUpJobs(send);
copies.setUpCopies(send);
faults.setUpReports(send);
staff.setUpStaff(send, (...what) => page.link.open(...what), () => page.heard('stayed'));
start();
relabel();
page.heard = watchIdle(asked > 0 ? asked : IDLE, isHome, goHome, isCounted);
page.isHere = watchPresence(tellAlive);
tellAlive();
setInterval(tellAlive, ALIVE);
setInterval(() => { if (page.sure !== certainty()) return render(); showAsOf(page.sure); showWork(page.sure); }, 1000);
