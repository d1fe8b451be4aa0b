// What an inspection found, or what reached the office by telephone or letter: it becomes a case of the zone.
import { word } from '/assets/wall-text.js';

const PAGE = 500;
const byId = id => document.getElementById(id);
let zones = [];

function option(value, text) {
  const node = document.createElement('option');
  node.value = value;
  node.textContent = text;
  return node;
}

async function allZones() {
  const found = [];
  for (let after = ''; ;) {
    const answer = await fetch(`/api/v1/zones?after=${encodeURIComponent(after)}&limit=${PAGE}`, { cache: 'no-store' });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const part = await answer.json();
    found.push(...part);
    if (part.length < PAGE) return found;
    after = part[part.length - 1].zone;
  }
}

/** A zone without a PC has nobody who would see it. */
const canTake = zone => zone.state !== 'retired' && (zone.nodes || []).length > 0;

function showDevices() {
  const zone = zones.find(each => each.zone === byId('reportZone').value);
  const devices = (zone && zone.devices) || [];
  byId('reportDevice').replaceChildren(option('', '全专区'), ...devices.map(device =>
    option(device.id, [`${word('kind', device.kind)} ${device.id}`, device.place].filter(Boolean).join('，'))));
}

async function open() {
  const chosen = byId('reportZone').value;
  byId('reportWhy').textContent = '';
  byId('report').showModal();
  try {
    zones = (await allZones()).filter(canTake);
    zones.sort((one, other) => (one.name || one.zone).localeCompare(other.name || other.zone, 'zh'));
    byId('reportZone').replaceChildren(...zones.map(zone => option(zone.zone, zone.name || zone.zone)));
    if (zones.some(zone => zone.zone === chosen)) byId('reportZone').value = chosen;
    byId('reportWhy').textContent = zones.length > 0 ? '' : '还没有接入的专区。';
    showDevices();
  } catch (error) {
    console.warn(String(error));
    byId('reportWhy').textContent = '专区清单没有取到，请关闭后再试。';
  }
}

async function send(event, done) {
  if (!event.submitter || event.submitter.value !== 'go') return;
  event.preventDefault();
  const body = { text: byId('reportText').value, foundBy: byId('reportFound').value };
  if (byId('reportDevice').value) body.device = byId('reportDevice').value;
  byId('reportGo').disabled = true;
  try {
    const answer = await fetch(`/api/v1/zones/${encodeURIComponent(byId('reportZone').value)}/cases`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.zh || told.message);
    byId('reportText').value = '';
    byId('report').close();
    await done(told);
  } catch (error) {
    byId('reportWhy').textContent = error.message || '没有成功，请再试一次。';
  } finally {
    byId('reportGo').disabled = false;
  }
}

/** - `done`: called with the case once it is there. */
export function offerReports(done) {
  byId('found').addEventListener('click', open);
  byId('reportZone').addEventListener('change', showDevices);
  byId('reportForm').addEventListener('submit', event => { send(event, done); });
}
