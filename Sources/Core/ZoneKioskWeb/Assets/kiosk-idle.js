// Nobody there any more: the page goes back to what the next person expects, after a warning.
import { both, t } from '/assets/kiosk-text.js';
import { byId, bilingual } from '/assets/kiosk-view.js';

const WARNING = 15;
const SIGNS = ['pointerdown', 'touchmove', 'keydown', 'wheel'];

/** `seconds` of rest, then the warning, then `reset`. At home nothing happens, however long it lasts. */
export function watchIdle(seconds, isHome, reset) {
  const dialog = byId('warning'), now = () => performance.now() / 1000;
  let touchedAt = now(), cameFrom = null;

  function close() {
    dialog.close();
    if (cameFrom && document.contains(cameFrom)) cameFrom.focus({ preventScroll: true });
  }
  function goOn() {
    touchedAt = now();
    if (dialog.open) close();
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
  function tick() {
    const rest = now() - touchedAt, left = Math.ceil(seconds + WARNING - rest);
    if (isHome()) {
      if (dialog.open) close();
    } else if (left <= 0) {
      if (dialog.open) close();
      reset();
    } else if (rest >= seconds) {
      if (!dialog.open) warn();
      count(left);
    }
  }
  // While the warning stands, only a finished tap counts: were it closed at the first contact, the rest of that tap
  // would press whatever lies below.
  SIGNS.forEach(sign => addEventListener(sign, () => { if (!dialog.open) touchedAt = now(); }, { capture: true, passive: true }));
  dialog.addEventListener('click', goOn);
  dialog.addEventListener('contextmenu', goOn);
  dialog.addEventListener('cancel', goOn);
  dialog.addEventListener('keydown', event => { if (!['Enter', ' '].includes(event.key)) goOn(); });
  setInterval(tick, 250);
}
