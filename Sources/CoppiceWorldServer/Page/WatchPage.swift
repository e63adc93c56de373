/// The page that shows a world: one text, which needs nothing else.
enum WatchPage {
  static let text = """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>Coppice world</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style>\(style)</style></head><body>
    <canvas id="map"></canvas><canvas id="marks"></canvas>
    <aside>
    <h1>Coppice world</h1>
    <p id="now" role="status">loading</p>
    <div class="row"><button id="play">Pause</button><button id="back">◀</button>
    <button id="next">▶</button><button id="fit">Whole world</button></div>
    <label id="seek">Frame <input id="frame" type="range" min="0" value="0"></label>
    <label>Speed <input id="speed" type="range" min="1" max="60" value="8">
    <output id="rate"></output></label>
    <table id="groups"></table>
    <canvas id="small" width="240" height="240"></canvas>
    <section id="agent"><h2 id="who"></h2><p id="what"></p>
    <canvas id="view" width="240" height="240"></canvas>
    <div class="row"><button id="leave">Stop following</button></div></section>
    <p class="quiet">Drag to move, turn the wheel to zoom, click an agent to follow it. Space plays and
    pauses, arrows step.</p>
    </aside>
    <script>\(WatchDrawing.script)\(WatchPlaying.script)</script></body></html>
    """

  private static let style = """
    * { box-sizing: border-box; }
    body { margin: 0; overflow: hidden; background: #16181d; color: #ececf0;
      font: 14px/1.4 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; }
    #map, #marks { position: fixed; inset: 0; width: 100vw; height: 100vh; }
    #marks { cursor: grab; touch-action: none; }
    aside { position: fixed; top: 12px; right: 12px; width: 272px; max-height: calc(100vh - 24px);
      overflow-y: auto; padding: 12px 16px; background: #16181df0; border: 1px solid #2e3138;
      border-radius: 8px; }
    h1 { font-size: 16px; margin: 0; } h2 { font-size: 14px; margin: 8px 0 0; }
    p { margin: 4px 0 8px; } .quiet { color: #a9acb5; font-size: 12px; }
    .row { display: flex; gap: 6px; margin: 6px 0; }
    button { background: #2e3138; color: inherit; border: 1px solid #7c7f88; border-radius: 4px;
      padding: 3px 9px; font: inherit; cursor: pointer; }
    label { display: flex; gap: 8px; align-items: center; color: #a9acb5; }
    input { flex: 1; min-width: 0; }
    table { width: 100%; border-collapse: collapse; margin: 8px 0;
      font-variant-numeric: tabular-nums; }
    td, th { text-align: right; padding: 2px 0; } td:first-child, th:first-child { text-align: left; }
    th { color: #a9acb5; font-weight: 400; }
    i { display: inline-block; width: 10px; height: 10px; margin-right: 6px; }
    aside canvas { display: block; width: 240px; background: #000; image-rendering: pixelated; }
    #agent { display: none; }
    """
}
