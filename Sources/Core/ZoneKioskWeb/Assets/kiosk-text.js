// Every word of the page, [Chinese, English]. One language leads in large type, the other stands small below it.
import { DUTY_WORDS } from '/assets/kiosk-words-duties.js';
import { STAFF_WORDS } from '/assets/kiosk-words-staff.js';

const WORDS = {
  'title': ['政务公开专区', 'Open-Government Zone'],
  'subtitle': ['设备情况', 'What works here'],

  'kind.touchPanel': ['触摸屏', 'Touch screen'],
  'kind.display': ['显示屏', 'Display'],
  'kind.printer': ['打印机', 'Printer'],
  'kind.copier': ['复印机', 'Copier'],
  'kind.ledDisplay': ['LED大屏', 'LED screen'],
  'kind.suggestionBox': ['意见箱', 'Suggestion box'],
  'kind.queryPC': ['查询电脑', 'Computer'],
  'kind.network': ['网络', 'Network'],
  'kind.other': ['其他设备', 'Other device'],

  // What a person comes for, when the thing behind it works.
  'service.touchPanel': ['用触摸屏查询', 'Search on the touch screen'],
  'service.display': ['看公开信息', 'Read notices on the display'],
  'service.printer': ['打印', 'Print'],
  'service.copier': ['复印', 'Copy'],
  'service.ledDisplay': ['看大屏信息', 'Read the big screen'],
  'service.suggestionBox': ['投递意见', 'Post a suggestion'],
  'service.queryPC': ['用电脑查询', 'Search on the computer'],
  'service.network': ['上网查询', 'Search online'],

  'state.ok': ['可以使用', 'Ready to use'],
  'state.bad': ['暂停使用，请询问工作人员', 'Paused, please ask staff'],
  'state.unknown': ['暂时不明，请询问工作人员', 'Not known, please ask staff'],
  'several': ['{0}{2}：', '{0} of {1}: '],

  'sum.wait': ['正在了解设备情况，请稍候', 'Looking, please wait'],
  'sum.ok': ['全部可以使用', 'Everything is ready to use'],
  'sum.part': ['可以使用，个别设备暂停', 'Ready to use; one of several machines is paused'],
  'sum.one': ['{0}暂停使用，其他可以使用', '{0} paused, the rest is ready to use'],
  'sum.some': ['有{0}项暂停使用，其他可以使用', '{0} are paused, the rest is ready to use'],
  'sum.all': ['全部暂停使用，请询问工作人员', 'All paused, please ask staff'],
  'sum.closed': ['现在不是开放时间，设备暂停使用', 'Closed now, nothing is in service'],
  'sum.none': ['暂无设备情况，请询问工作人员', 'Nothing to show, please ask staff'],
  'sum.unknown': ['情况暂时不明，请询问工作人员', 'State not known now, please ask staff'],
  'asOf.live': [' · {0} 更新', ' · as of {0}'],
  'asOf.lost': [' · {0} 得知，正在重新了解', ' · known at {0}, looking again'],
  'asOf.unknown': [' · 正在重新了解', ' · looking again'],

  'hours.today': ['今日开放 {0}', 'Open today {0}'],
  'hours.allDay': ['全天', 'all day'],
  'hours.none': ['今日不开放', 'Closed today'],
  'hours.closed': ['不开放', 'closed'],
  'hours.nextDay': ['次日', '(+1) '],
  'hours.to': ['至', '–'],
  'hours.isOpen': ['现在开放', 'Open now'],
  'hours.isClosed': ['现在不开放', 'Closed now'],
  'day.mon': ['周一', 'Mon'],
  'day.tue': ['周二', 'Tue'],
  'day.wed': ['周三', 'Wed'],
  'day.thu': ['周四', 'Thu'],
  'day.fri': ['周五', 'Fri'],
  'day.sat': ['周六', 'Sat'],
  'day.sun': ['周日', 'Sun'],

  'help.title': ['遇到问题怎么办', 'If something does not work'],
  'help.look': ['先看首页，每一项前面有标记：', 'Look at the start page; every line has a mark:'],
  'help.ask': ['点了没有反应，或者纸没有出来，请不要用力按，也不要自己动手修，请告诉工作人员。',
    'No answer, or no paper? Do not press hard or repair anything, please tell the staff.'],
  'help.aid': ['看不清、听不清或者行动不便，请让工作人员帮助您。点“大字”可以把字放大。',
    'If seeing, hearing or reaching is hard, let the staff help you. “Larger” makes the words larger.'],
  'help.leave': ['离开前，请取走您的纸张和证件。', 'Before you leave, take your papers and cards.'],
  'help.now': ['现在可以：', 'You can now:'],
  'help.paper': ['也可以翻阅纸质资料，需要时请询问工作人员。', 'Printed material is here too; please ask the staff.'],
  'help.week': ['开放时间', 'Opening hours'],

  // What a press will do, not what is: a word is pressed because it is wanted.
  'size.0': ['大字', 'Larger'],
  'size.1': ['更大字', 'Largest'],
  'size.2': ['标准字', 'Normal size'],
  'button.help': ['帮助', 'Help'],
  'button.home': ['返回首页', 'Start page'],
  'button.lang': ['English', '中文'],
  'button.down': ['往下看', 'More'],
  'button.up': ['回到上面', 'Back up'],

  'job.accepted': ['文件在排队，请稍候', 'Your document waits, please wait'],
  'job.started': ['正在打印', 'Printing'],
  'job.begun': ['正在打印，共 {0} 页', 'Printing, {0} pages'],
  'job.page': ['正在打印：第 {0} 页，共 {1} 页', 'Printing: page {0} of {1}'],
  'job.pageOnly': ['正在打印：第 {0} 页', 'Printing: page {0}'],
  'job.doubt': ['请看打印机出纸口，没有纸请告诉工作人员', 'Look into the tray of the printer; no paper? Tell the staff'],
  'job.at': ['，打印好后请到{0}取件', '. Please collect it at {0}'],
  'job.collect': ['已打印，请到{0}取件', 'Printed. Please collect it at {0}'],
  'job.doubtAt': ['请到{0}看纸出来没有，没有纸请告诉工作人员', 'Ask at {0} for your paper; none? Tell the staff'],
  'job.staff': ['工作人员确认', 'Staff: confirm'],
  'confirm.title': ['输入 PIN，再点出纸口里看到的', 'Type the PIN, then touch what is in the tray'],
  'confirm.all': ['有纸', 'Paper is there'],
  'confirm.some': ['有一部分', 'Only some'],
  'confirm.none': ['没有纸', 'No paper'],
  'confirm.leave': ['取消', 'Leave'],
  'confirm.clear': ['清除', 'Clear'],
  'confirm.back': ['退格', 'Back'],
  'confirm.pin': ['请先输入 PIN。', 'Type the PIN first.'],
  'confirm.failed': ['没有成功，请再试一次。', 'That did not work, please try again.'],

  'copy.tile': ['复印', 'Copy'],
  'copy.title': ['要复印什么？', 'What is to be copied?'],
  'copy.page': ['一页纸', 'One page'],
  'copy.idCard': ['身份证（正反面印在一页）', 'ID card, both sides on one page'],
  'copy.feeder': ['多页纸（从进纸器）', 'Several sheets, from the feeder'],
  'copy.lay.page': ['把原件正面朝下，贴着玻璃板的左上角放好，盖上盖板', 'Lay it face down into the corner of the glass, and close the cover'],
  'copy.lay.idCard': ['把身份证人像面朝下，放在玻璃板的左上角，盖上盖板', 'Lay the card with the portrait down into the corner of the glass, and close the cover'],
  'copy.lay.feeder': ['把原件放进上面的进纸器，最多 20 张，只印正面', 'Put up to 20 sheets into the feeder on top; one side of each is copied'],
  'copy.fewer': ['少一份', 'Fewer'],
  'copy.more': ['多一份', 'More'],
  'copy.fee': ['收费：{0}', 'Price: {0}'],
  'copy.free': ['免费', 'Free of charge'],
  'copy.begin': ['开始复印', 'Start'],
  'copy.scanning': ['正在扫描，请稍候', 'Scanning, please wait'],
  'copy.closed': ['请不要打开盖板，不要移动原件', 'Keep the cover closed and leave the original where it is'],
  'copy.turn': ['请把身份证翻到另一面', 'Now turn the card over'],
  'copy.turned': ['翻好后放在同一个角上，盖上盖板，再点“已翻好”', 'Lay it into the same corner, close the cover, then touch “Turned over”'],
  'copy.next': ['已翻好，继续', 'Turned over, go on'],
  'copy.printing': ['正在打印', 'Printing'],
  'copy.collect': ['纸从打印机出纸口出来', 'The paper comes out of the printer'],
  'copy.collectAt': ['打印好后请到{0}取件', 'Please collect it at {0}'],
  'copy.done': ['复印完成', 'The copy is done'],
  'copy.take': ['请取走您的原件和证件', 'Please take your original and your card'],
  'copy.failed': ['没有复印成功', 'The copy did not come out'],
  'copy.unsure': ['不知道复印出来没有，请看出纸口，或询问工作人员', 'It is not known whether it came out: look at the printer, or ask staff'],
  'copy.again': ['重新复印', 'Start again'],
  'copy.cancel': ['停止复印', 'Stop'],
  'copy.close': ['关闭', 'Close'],

  'report.tile': ['设备报修', 'Report a fault'],
  'report.title': ['哪台设备有问题？', 'Which device?'],
  'report.what': ['有什么问题？', 'What is wrong with it?'],
  'report.none': ['暂时不能报修，请告诉工作人员', 'Not possible now, please tell the staff'],
  'report.done': ['已报修，谢谢', 'Reported, thank you'],
  'report.thanks': ['工作人员已收到通知，修好后在本页告知', 'Staff have been told; what becomes of it is shown on this page'],
  'report.name': ['编号 {0}', 'No. {0}'],
  'report.failed': ['没有报修成功', 'It was not reported'],
  'report.answer': ['答复：{0}', 'Answer: {0}'],

  'idle.text': ['还有 {0} 秒返回首页，点一下继续使用', 'Back to the start page in {0} seconds. Touch to go on.'],
  'idle.stay': ['继续使用', 'Continue'],

  'setup.title': ['本页暂时不能使用，请询问工作人员', 'This page cannot be used now, please ask staff'],
  'setup.staff': ['工作人员请这样启动：', 'For staff, how to start this page:'],
  'setup.1': ['在这台电脑上运行：', 'Run on this computer:'],
  'setup.2': ['用它显示的完整地址打开浏览器。', 'Open the browser with the whole address it prints.'],
  'setup.missing': ['原因：打开的地址不完整。', 'Why: the address was not complete.'],
  'setup.refused': ['原因：这个地址已经失效，请重新启动。', 'Why: this address is no longer valid, start it again.'],

  ...STAFF_WORDS,
  ...DUTY_WORDS,
};
// The agent speaks Chinese to citizens; these are its sentences. A new one falls back to the plain state in English.
const SENTENCES = {
  '可以使用': 'Ready to use',
  '打印暂停使用，工作人员已收到通知': 'Printing paused, staff have been told',
  '网络暂时中断，可查阅纸质资料': 'No network now, paper copies are here',
  '本机暂停使用，请用旁边的电脑': 'Paused, use the computer beside it',
  '请稍候，正在恢复': 'Please wait, it is coming back',
};
const MEASURES = { suggestionBox: '个', ledDisplay: '块', network: '处' };
const TAGS = ['zh-CN', 'en'];
let leading = 0;

export const language = () => TAGS[leading];
export const otherLanguage = () => TAGS[1 - leading];
export const isChinese = () => leading === 0;
export function setChinese(chinese) { leading = chinese ? 0 : 1; }

const has = key => Object.prototype.hasOwnProperty.call(WORDS, key);
const fillIn = (text, values) => text.replace(/\{(\d)\}/g, (_, n) => values[n]);

/** A word in both languages. A value may itself be such a pair. */
export function both(key, ...values) {
  return WORDS[key].map((text, n) => fillIn(text, values.map(value => (Array.isArray(value) ? value[n] : value))));
}
/** A pair, or a key, in the order in which it is shown: the leading language first. */
export function ordered(pair) {
  const texts = typeof pair === 'string' ? both(pair) : pair;
  return leading === 0 ? texts : [texts[1], texts[0]];
}
export const t = (key, ...values) => ordered(both(key, ...values))[0];

/** The name of a kind; one that this page does not know yet is "other". */
export const kindKey = (group, kind) => (has(`${group}.${kind}`) ? `${group}.${kind}` : null);

/** A line of the agent in both languages, with the count if there are several things of the kind. */
export function sentence(line, kind, count) {
  const key = line.serviceable ? 'state.ok' : 'state.bad';
  const known = Object.prototype.hasOwnProperty.call(SENTENCES, line.text);
  const pair = [line.text || both(key)[0], known ? SENTENCES[line.text] : both(key)[1]];
  if (count < 2) return pair;
  return both('several', line.count, count, MEASURES[kind] || '台').map((prefix, n) => prefix + pair[n]);
}

/** Zone time is UTC+8 wherever the browser stands, so the shifted UTC fields are read. */
export const zoneTime = ms => new Date(ms + 8 * 3600 * 1000).toISOString();
export const clockTime = ms => zoneTime(ms).slice(11, 16);
export const zoneDay = ms => zoneTime(ms).slice(0, 10);
