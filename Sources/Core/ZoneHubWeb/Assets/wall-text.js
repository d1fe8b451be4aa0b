// Every word of the wall, [zh, en], and how numbers and times are written.
const WORDS = {
  'title': ['政务公开专区运行情况', 'Open-government zones: current state'],
  'ribbon': ['演示环境　标有“模拟”的设备不是真实设备', 'DEMO ENVIRONMENT: devices marked “simulated” are not real'],
  'beijing': ['北京时间', 'Beijing time'],
  'lang.switch': ['EN', '中文'],
  'cases': ['报修件', 'Cases'],
  'theme': ['深／浅色', 'Dark/light'],
  'reports': ['报表', 'Sheets'],
  'counts': ['三项保障', 'The three guarantees'],
  'filter': ['筛选', 'Filter'],
  'search': ['查找专区', 'Find a zone'],
  'table': ['专区运行情况', 'State of the zones'],
  'apart': ['演示专区（不计入上方统计）', 'Demo zones (not counted above)'],
  'demo': ['演示', 'demo'],
  'simulated': ['模拟', 'simulated'],

  'stream.connecting': ['正在连接', 'Connecting'],
  'stream.live': ['实时', 'Live'],
  'stream.lost': ['已中断', 'Disconnected'],
  'lost': ['与平台的连接中断，正在重连…', 'Connection to the hub lost, reconnecting…'],
  'lost.asOf': ['以下是 {0} 的情况，不代表现在。', 'What you see below was true at {0}, it is not live.'],

  'summary': ['共{0}个专区', '{0} zones'],
  'roster': ['名录{0}个，已接入{1}个', '{1} of {0} on the roster report'],
  'count.network': ['网络畅通', 'Network working'],
  'count.query': ['查询设备可用', 'Query usable'],
  'count.print': ['打印设备可用', 'Printing usable'],
  'count.bad': ['故障 {0}', 'failed {0}'],
  'count.unknown': ['情况不明 {0}', 'unknown {0}'],
  'count.closed': ['（非开放 {0}）', ' (closed {0})'],
  'filter.all': ['全部', 'All'],
  'filter.fault': ['有故障', 'With faults'],
  'filter.silent': ['失联', 'Silent'],

  'col.no': ['序号', 'No.'],
  'col.name': ['专区名称', 'Zone'],
  'col.type': ['类别', 'Type'],
  'col.state': ['状态', 'State'],
  'col.groups': ['三项', 'Guarantees'],
  'col.fault': ['故障', 'Fault'],
  'col.fixer': ['谁处理', 'Acts'],
  'col.since': ['已持续', 'For'],
  'col.heard': ['最近上报', 'Heard'],

  'type.hall': ['政务大厅', 'Service hall'],
  'type.township': ['乡镇街道', 'Township'],
  'type.archive': ['档案馆', 'Archive'],
  'type.library': ['图书馆', 'Library'],
  'type.village': ['村（社区）', 'Village'],
  'state.live': ['在线', 'Live'],
  'state.late': ['迟报', 'Late'],
  'state.silent': ['失联', 'Silent'],
  'state.closed': ['非开放时间', 'Closed hours'],
  'state.notOpened': ['未按时开放', 'Not opened'],
  'state.unseen': ['未接入', 'Never seen'],
  'state.retired': ['已撤销', 'Retired'],
  'shut.hours': ['非开放，{0}开放', 'closed until {0}'],
  'shut.staff': ['工作人员已停用，至{0}', 'closed by staff until {0}'],
  'shut.staffOpen': ['工作人员已停用', 'closed by staff'],
  'group.network': ['网络', 'Network'],
  'group.query': ['查询', 'Query'],
  'group.print': ['打印', 'Print'],
  'groups.unknown': ['三项情况不明', 'All three unknown'],
  'verdict.ok': ['正常', 'ok'],
  'verdict.bad': ['故障', 'down'],
  'verdict.unknown': ['不明', 'unkn.'],
  'verdict.closed': ['非开放', 'closed'],
  'kind.touchPanel': ['触摸屏', 'Touch panel'],
  'kind.display': ['显示屏', 'Display'],
  'kind.printer': ['打印机', 'Printer'],
  'kind.copier': ['复印机', 'Copier'],
  'kind.ledDisplay': ['LED大屏', 'LED display'],
  'kind.suggestionBox': ['意见箱', 'Suggestion box'],
  'kind.queryPC': ['查询电脑', 'Query PC'],
  'kind.network': ['网络', 'Network'],
  'health.ok': ['正常', 'OK'],
  'health.degraded': ['可用，需处理', 'Usable, needs care'],
  'health.failed': ['故障', 'Failed'],
  'health.unknown': ['情况不明', 'Unknown'],
  'use.true': ['可用', 'in service'],
  'use.false': ['暂停使用', 'out of service'],
  'use.unknown': ['能否使用不明', 'usability unknown'],
  'severity.fault': ['故障', 'Fault'],
  'severity.warning': ['需处理', 'Warning'],
  'severity.notice': ['提示', 'Notice'],
  'severity.silent': ['失联', 'Silent'],
  'fixer.self': ['系统自动', 'System itself'],
  'fixer.staff': ['工作人员', 'Staff'],
  'fixer.technician': ['技术人员', 'Technician'],
  'fixer.vendor': ['厂家', 'Vendor'],
  'fixer.network': ['网络', 'Network'],
  'fixer.office': ['办公室', 'Office'],
  'fixer.none': ['无需处理', 'Nobody'],

  // Only what differs from the ordinary is worth a word, so present, up, idle and service have none.
  'presence.absent': ['未检测到', 'absent'],
  'presence.unexpected': ['未登记的设备', 'not on the list'],
  'link.down': ['连不上', 'link down'],
  'link.stale': ['读数过期', 'readings stale'],
  'activity.starting': ['正在启动', 'starting'],
  'activity.busy': ['使用中', 'busy'],
  'activity.sleeping': ['休眠', 'asleep'],
  'activity.updating': ['正在更新', 'updating'],
  'mode.closed': ['非开放', 'closed'],
  'mode.maintenance': ['检修中', 'maintenance'],
  'mode.disabled': ['已停用', 'disabled'],

  'own.silent': ['专区没有上报，情况不明', 'No reports: state unknown'],
  'own.notOpened': ['已到开放时间，专区设备还没启用', 'Opening time has passed, zone not switched on'],
  'own.cloned': ['两台电脑在用同一身份上报', 'Two PCs report as one'],
  'own.network': ['网络不通', 'Network is down'],
  'own.query': ['没有可用的查询设备', 'No usable query device'],
  'own.print': ['没有可用的打印设备', 'No usable printing device'],
  'more': ['另有{0}项', '+{0} more'],
  'nodes': ['专区电脑', 'Zone PCs'],
  'devices': ['设备', 'Devices'],
  'observers': ['由 {0} 监测', 'watched by {0}'],
  'next': ['怎么办：', 'Next: '],
  'since': ['{0}起', 'since {0}'],
  'before': ['以下为失联前最后上报的内容，不代表现在。', 'Below is the last report before silence, not the present state.'],
  'noDevices': ['没有设备信息。', 'No devices reported.'],
  'never': ['从未上报', 'never'],
  'changed': ['{0} {1}：{2}', '{0} {1}: {2}'],
  'changed.more': ['，另有{0}个专区有变化', '; {0} more zones changed'],
  'recovered': ['恢复正常', 'back to normal'],

  'loading': ['正在读取专区情况…', 'Reading the state of the zones…'],
  'none.all': ['没有找到这个名称的专区。', 'No zone of that name.'],
  'none.fault': ['没有专区有故障。', 'No zone has a fault.'],
  'none.silent': ['没有失联的专区。', 'No zone is silent.'],
  'empty.title': ['还没有专区上报', 'No zone has reported yet'],
  'empty.lead': ['请在专区电脑上启动 zone-agent，步骤如下：', 'Start zone-agent on the zone PC:'],
  'empty.1': ['在专区电脑的 /etc/zone-agent/agent.yaml 中填写专区编号（zone）、电脑编号（node）和名称（name），启动服务：systemctl start zone-agent。',
    'In /etc/zone-agent/agent.yaml on the zone PC, fill in zone, node and name; start it: systemctl start zone-agent.'],
  'empty.2': ['在本平台运行 zone-hub enroll new 专区 电脑，在专区电脑上运行 zonectl enroll 令牌，核对指纹后批准：zone-hub approve。',
    'Here: zone-hub enroll new ZONE NODE. On the PC: zonectl enroll TOKEN. Compare the fingerprint, then: zone-hub approve.'],
  'empty.3': ['一分钟内该专区会出现在这里，本页不用刷新。', 'Within a minute the zone appears here; no need to reload.'],
  'empty.4': ['仍未出现：在专区电脑上运行 zonectl status 查看原因，或联系技术人员。',
    'Still nothing: run zonectl status on the zone PC, or call a technician.'],
};

let index = 0;
export const language = () => (index === 0 ? 'zh-CN' : 'en');
export function setLanguage(name) { index = String(name).startsWith('en') ? 1 : 0; }

const has = key => Object.prototype.hasOwnProperty.call(WORDS, key);

export function t(key, ...values) {
  return has(key) ? WORDS[key][index].replace(/\{(\d)\}/g, (_, n) => values[n]) : key;
}
/** The word for a value of the vocabulary; a value this page does not know yet is shown raw. */
export function word(group, value) {
  const key = `${group}.${value}`;
  return has(key) ? WORDS[key][index] : String(value === undefined || value === null ? '—' : value);
}
export const hasWord = (group, value) => has(`${group}.${value}`);

export function headline(condition) {
  if (condition.own) return t(`own.${condition.own}`);
  const zh = condition.zh || {};
  return (index === 0 ? zh.headline : condition.en) || zh.headline || condition.code;
}
export const nextStep = condition => (index === 0 && condition.zh && condition.zh.next) || '';

const UNITS = [['天', ' d', 86400], ['小时', ' h', 3600], ['分', ' min', 60], ['秒', ' s', 1]];

/** "2小时5分": the two largest units, seconds only below one minute. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = Math.max(0, UNITS.findIndex(unit => seconds >= unit[2]));
  if (seconds < 60) return seconds + UNITS[3][index];
  let rest = seconds, parts = [];
  for (const unit of UNITS.slice(first, Math.min(first + 2, 3))) {
    const count = Math.floor(rest / unit[2]);
    rest -= count * unit[2];
    if (count > 0) parts.push(count + unit[index]);
  }
  return parts.join(index === 0 ? '' : ' ');
}
/** "3秒前": one unit is enough to judge freshness. */
export function ago(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const unit = UNITS.find(each => seconds >= each[2]) || UNITS[3];
  const name = index === 0 ? (unit[2] === 60 ? '分钟' : unit[0]) : unit[1];
  return Math.floor(seconds / unit[2]) + name + (index === 0 ? '前' : ' ago');
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const two = n => String(n).padStart(2, '0');
// Zone time is UTC+8 wherever the browser stands, so the shifted UTC fields are read.
const shifted = ms => new Date(ms + 8 * 3600 * 1000);

export function clockTime(ms) {
  const d = shifted(ms);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}
export function day(ms) {
  const d = shifted(ms);
  return index === 0 ? `${d.getUTCMonth() + 1}月${d.getUTCDate()}日` : `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
}
/** While frozen: the moment itself, or the day if it was another one. */
export const moment = (ms, reference) => (day(ms) === day(reference) ? clockTime(ms) : day(ms));
/** Until when a zone is shut, in words; empty while it is open or nobody knows. What lasts longer is told: its hours or its staff. */
export function shut(zone, reference) {
  const hours = Date.parse(zone.closedUntil), staff = zone.closure, end = staff ? Date.parse(staff.until) : NaN;
  const when = ms => (day(ms) === day(reference) ? clockTime(ms).slice(0, 5) : dayAndTime(ms));
  if (staff && !(end <= hours)) return end ? t('shut.staff', when(end)) : t('shut.staffOpen');
  return hours ? t('shut.hours', when(hours)) : '';
}
export const dayAndTime = ms => `${day(ms)} ${clockTime(ms).slice(0, 5)}`;
