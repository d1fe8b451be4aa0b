"""A zone whose every route has something to tell: hours, a portal, rules, and a simulated device of each kind."""
import json
import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'Chaos'))

import tally                                                    # noqa: E402
import zone                                                     # noqa: E402

CONFIG = '''zone: api
node: pc-1
name: 接口测试专区
purpose: demo
type: hall
hours:                                # always open: out of hours every device is closed
  revision: 3
  mon: 00:00-12:00 12:00-24:00
  tue: 00:00-24:00
  wed: 00:00-24:00
  thu: 00:00-24:00
  fri: 00:00-24:00
  sat: 00:00-24:00
  sun: 00:00-24:00
  exceptions:
    2026-10-01: closed
network:
  portals:
    - {{name: 演示门户, url: "{SIM_PORTAL}", mark: 政府信息公开}}
devices:
  - {{id: touch-sim, kind: touchPanel, uri: "{SIM_PANEL}", place: 大厅东侧}}
  - {{id: printer-sim, kind: printer, uri: "{SIM_PRINTER}", place: 咨询台旁}}
  - {{id: led-sim, kind: ledDisplay, uri: "{SIM_SIGN}", place: 大厅入口}}
  - {{id: box-sim, kind: suggestionBox, uri: "{SIM_BOX}", place: 大厅西侧}}
'''
PIN = '274913'


class Zone(zone.Zone):
    """With an agent that answers, unless the test wants to start it."""

    def prepare(self):
        super().prepare()
        shutil.copytree(zone.REPOSITORY + '/packaging/policy', self.root + '/usr/share/zone-agent/policy')
        self.write_config(CONFIG.format(**self.addresses()))

    def run_agent(self):
        self.start_agent()
        self.answers()
        zone.eventually(lambda: os.path.exists(self.admin), 'admin.sock')


def ask(path, method, target, body=None):
    """The decoded answer; raises `Trouble` when it is an error, OSError or HTTPException when there is none."""
    connection = zone.UnixConnection(path)
    try:
        connection.request(method, target, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise zone.Trouble(f'{method} {target}: {answer.status} {text.decode(errors="replace")}')
        return json.loads(text or 'null')
    finally:
        connection.close()


def missing(tests, title, why):
    """What this host lacks: CI must have it, a developer may go without."""
    if os.environ.get('CI') == 'true':
        tests.line('failed', title, why)
    else:
        tests.skip(title, why)
