"""Looks at the page of `coppice world watch` with Chromium, as a visitor does; see world-screenshot.sh.

    browse-world.py BROWSER ADDRESS recording|live [PICTURE]
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time


class Page:
    """A page of a headless browser, which is spoken to through its debugging pipe."""

    def __init__(self, browser, folder):
        to_browser, self.out = os.pipe()
        self.inn, from_browser = os.pipe()

        def connect():
            ends = [os.dup(to_browser), os.dup(from_browser)]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [browser, "--headless", "--no-sandbox", "--remote-debugging-pipe", "--hide-scrollbars",
             "--use-angle=swiftshader", "--enable-unsafe-swiftshader", f"--user-data-dir={folder}",
             "--window-size=1280,800", "--force-device-scale-factor=1", "about:blank"],
            preexec_fn=connect, close_fds=False, stderr=subprocess.DEVNULL)
        self.count, self.rest, self.session = 0, b"", None
        target = self.call("Target.createTarget", url="about:blank")
        self.session = self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        self.call("Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1,
                  mobile=False)

    def call(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                self.rest += os.read(self.inn, 1 << 20)
            text, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(text)
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                return answer["result"]

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, expression, seconds=60):
        end = time.monotonic() + seconds
        while not self.value(expression):
            state = self.value("JSON.stringify(document.body?.dataset) + document.getElementById('now')?.textContent")
            assert time.monotonic() < end, f"{expression} does not come true: {state}"
            time.sleep(0.1)

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.wait("document.body && (document.body.dataset.frame || document.body.dataset.error) !== undefined")
        assert self.value("document.body?.dataset.error") == "0", self.value("document.body?.dataset.error")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1, **more)

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


def recording(page, address, picture):
    page.open(address + "?frame=30&paused=1")
    page.wait("document.body?.dataset.frame === '30'")
    assert page.value("document.getElementById('now').textContent").startswith("step 30, ")
    alive = page.value("[...document.querySelectorAll('#groups td:nth-child(2)')]"
                       ".map(cell => Number(cell.textContent.replaceAll(',', '')))")
    assert sum(alive) == page.value("shown.count") == int(page.value("document.body?.dataset.agents")), alive
    # what is drawn is of the groups' colours
    colours = page.value(
        "(() => { draw(shown, 1); const p = new Uint8Array(4 * 800 * 700);"
        "gl.readPixels(0, 0, 800, 700, gl.RGBA, gl.UNSIGNED_BYTE, p); let red = 0, blue = 0;"
        "for (let i = 0; i < p.length; i += 4) { if (p[i] > p[i + 2] + 60) red++;"
        "if (p[i + 2] > p[i] + 60) blue++; } return [red, blue]; })()")
    assert min(colours) > 2000, colours
    # back to an earlier frame, by the keys
    page.call("Input.dispatchKeyEvent", type="keyDown", key="ArrowLeft")
    page.wait("document.body?.dataset.frame === '29'")
    # the wheel zooms about the mouse, a drag moves
    scale = page.value("camera.scale")
    page.mouse("mouseWheel", 400, 400, deltaX=0, deltaY=-1200)
    page.wait(f"camera.scale > {scale} * 10")
    left = page.value("camera.x")
    page.mouse("mousePressed", 400, 400, buttons=1)
    page.mouse("mouseMoved", 440, 400, buttons=1)
    page.mouse("mouseMoved", 480, 400, buttons=1)
    page.mouse("mouseReleased", 480, 400)
    page.wait(f"camera.x < {left} - 1")
    # a click on an agent follows it
    where = page.value(
        "(() => { for (let i = 0; i < shown.count; i++) { const one = agent(shown, i);"
        "const x = (one.x + 0.5 - camera.x) * camera.scale + innerWidth / 2,"
        "y = (one.y + 0.5 - camera.y) * camera.scale + innerHeight / 2;"
        "if (x > 50 && x < 800 && y > 50 && y < 700) return [x, y, one.number]; } })()")
    page.mouse("mousePressed", where[0], where[1], buttons=1)
    page.mouse("mouseReleased", where[0], where[1])
    page.wait(f"follows === {where[2]}")
    page.wait(f"document.getElementById('who').textContent === 'Agent {where[2]}'")
    page.wait("/health \\d+ %/.test(document.getElementById('what').textContent)")
    # left alone, it plays to the end
    page.open(address + "?frame=33")
    page.value("document.getElementById('speed').value = 60")
    page.wait("document.getElementById('now').textContent.endsWith(', the end')")
    assert page.value("document.body?.dataset.frame") == "40"
    if picture:
        page.open(address + "?frame=30&paused=1&follow=75000&scale=9")
        page.wait("document.body?.dataset.frame === '30'")
        page.wait("document.getElementById('what').textContent !== ''")
        time.sleep(1)
        page.picture(picture)


def live(page, address, _):
    page.open(address)
    page.value("document.getElementById('speed').value = 30")
    page.wait("Number(document.body?.dataset.frame) > 40")
    assert page.value("document.body?.dataset.error") == "0"


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    visited = Page(sys.argv[1], folder)
    try:
        {"recording": recording, "live": live}[sys.argv[3]](
            visited, sys.argv[2], sys.argv[4] if len(sys.argv) > 4 else None)
    finally:
        visited.process.kill()
        visited.process.wait()
