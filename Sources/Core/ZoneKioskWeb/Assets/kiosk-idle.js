// Nobody there any more: the page goes back to what the next person expects, after a warning. The agent counts the
// touches of its panels and says when a use is about to end (use.warned) and over (use.ended). What it cannot see, a mouse
// or a keyboard, and everything while it cannot be reached, is counted here, by the same times.
import { both, t } from '/assets/kiosk-text.js';
import { byId, bilingual } from '/assets/kiosk-view.js';

const WARNING = 30, LATE = 5, GONE = 60;
const SIGNS = ['pointerdown', 'touchmove', 'keydown', 'wheel'];

/** Whether somebody was here within the last minute, at a mouse or a keyboard, too; a page that has just begun does not know, and
 * says yes. `came` is called at the first sign after that: the agent learns of it before the next regular word. */
export function watchPresence(came) {
  const now = () => performance.now() / 1000;
  let seenAt = now();
  const isHere = () => now() - seenAt < GONE;
  function sign() {
    const isNews = !isHere();
    seenAt = now();
    if (isNews) came();
  }
  [...SIGNS, 'pointermove'].forEach(name => addEventListener(name, sign, { capture: true, passive: true }));
  return isHere;
}

/** `seconds` of rest, then the warning, then `reset`. At home nothing happens, however long it lasts.
 * `isCounted`: whether the agent is there and has a panel. Gives a function that is told of its events,
 * and of `stayed`: somebody is there who could not touch the page. */
export function watchIdle(seconds, isHome, reset, isCounted) {
  const dialog = byId('warning'), now = () => performance.now() / 1000;
  let touchedAt = now(), unseenAt = -Infinity, endsAt = null, cameFrom = null;
  const isAgents = () => isCounted() && now() - unseenAt > seconds + WARNING;

  function close() {
    if (!dialog.open) return;
    dialog.close();
    if (cameFrom && document.contains(cameFrom)) cameFrom.focus({ preventScroll: true });
  }
  function goOn() {
    touchedAt = now();
    endsAt = null;
    close();
  }
  function end() {
    endsAt = null;
    close();
    if (!isHome()) reset();
  }
  /** The sentence is read out once; the running number is for the eyes, it would cut the voice off each second. */
  function warn() {
    cameFrom = document.activeElement;
    byId('warningText').textContent = t('idle.text', WARNING);
    dialog.showModal();
  }
  function count(left) {
    if (byId('count').textContent === String(left)) return;
    byId('count').textContent = String(left);
    byId('warningWords').replaceChildren(...bilingual(both('idle.text', left)));
  }
  /** When the page goes back; `null` while somebody is there. The agent's end may be a moment late, not more. */
  function due() {
    // An end that was told while the link was broken never comes: then this page's own count, twice as patient.
    const [at, forgotten] = [touchedAt + seconds + WARNING, touchedAt + 2 * (seconds + WARNING)];
    if (isAgents()) return endsAt !== null || now() < forgotten ? endsAt : forgotten;
    return now() - touchedAt >= seconds ? at : null;
  }
  function tick() {
    const at = due();
    if (at === null || isHome()) return close();
    if (now() - at >= (isAgents() ? LATE : 0)) return end();
    if (!dialog.open) warn();
    count(Math.max(0, Math.ceil(at - now())));
  }
  // While the warning stands, only a finished tap counts: were it closed at the first contact, the rest of that tap
  // would press whatever lies below.
  function sign(event) {
    if (event.type === 'keydown' || event.type === 'wheel' || event.pointerType === 'mouse') unseenAt = now();
    if (!dialog.open) [touchedAt, endsAt] = [now(), null];
  }
  SIGNS.forEach(name => addEventListener(name, sign, { capture: true, passive: true }));
  dialog.addEventListener('click', goOn);
  dialog.addEventListener('contextmenu', goOn);
  dialog.addEventListener('cancel', goOn);
  dialog.addEventListener('keydown', event => { if (!['Enter', ' '].includes(event.key)) goOn(); });
  setInterval(tick, 250);

  return (what, endsInMs) => {
    if (what === 'stayed') return goOn();
    if (!isAgents()) return;
    if (what === 'warned') endsAt = now() + (endsInMs > 0 ? endsInMs / 1000 : WARNING);
    else if (what === 'ended') end();
    tick();
  };
}
