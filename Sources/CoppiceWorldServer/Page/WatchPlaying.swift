/// The part of the page's program that fetches frames, plays them and answers the hand.
enum WatchPlaying {
  static let script = #"""
    const frames = new Map(), options = new URLSearchParams(location.search);
    let at = Number(options.get('frame') || 0), plays = !options.has('paused'), follows = null;
    let shown = null, last = null, drawn = '', fetching = false, marked = '', told = 0, before = 0;

    function read(bytes) {
      const [index, step, count, attacks] = new Uint32Array(bytes, 0, 4);
      const attackCount = attacks & 0x7fffffff, middle = 16 + 12 * count;
      return { index, step, count, attackCount, isLast: attacks > 0x7fffffff,
        words: new Uint32Array(bytes, 16, 3 * count), places: new Uint16Array(bytes, 16, 6 * count),
        bytes: new Uint8Array(bytes, 16, 12 * count),
        attacks: new Uint8Array(bytes, middle, 16 * attackCount) };
    }
    // the places of the frame before, in the order of this one: both are by number
    function placesBefore(frame, old) {
      const places = new Uint16Array(2 * frame.count);
      for (let i = 0, j = 0; i < frame.count; i++) {
        const number = frame.words[3 * i];
        while (old && j < old.count && old.words[3 * j] < number) j++;
        const known = old && j < old.count && old.words[3 * j] === number;
        const [from, k] = known ? [old, j] : [frame, i];
        places[2 * i] = from.places[6 * k + 2];
        places[2 * i + 1] = from.places[6 * k + 3];
      }
      return places;
    }
    async function fetchAhead() {
      if (fetching) return;
      const first = Math.floor(at);
      const wanted = [first, first + 1, first + 2, first + 3].find(index =>
        !frames.has(index) && (last === null || index <= last));
      if (wanted === undefined) return;
      fetching = true;
      try {
        const answer = await fetch('/frames/' + wanted);
        if (!answer.ok) throw await answer.text();
        const frame = read(await answer.arrayBuffer());
        if (frame.isLast) last = frame.index;
        if (frame.index !== wanted && frame.index < wanted && !frame.isLast) at = frame.index;
        if (frame.index > wanted) at = frame.index;
        frames.set(frame.index, frame);
        for (const index of frames.keys())
          if (index < first - 2 || index > first + 5) frames.delete(index);
      } catch (problem) {
        element('now').textContent = 'no frame ' + wanted + ': ' + problem;
        await new Promise(done => setTimeout(done, 1000));
      }
      fetching = false;
    }
    function find(frame, number) {
      let [low, high] = [0, frame.count];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (frame.words[3 * middle] < number) low = middle + 1; else high = middle;
      }
      return low < frame.count && frame.words[3 * low] === number ? low : null;
    }
    function agent(frame, i) {
      const body = world.groups[frame.bytes[12 * i + 8]], direction = frame.bytes[12 * i + 9];
      const turned = direction % 2 === 0;
      return { number: frame.words[3 * i], x: frame.places[6 * i + 2], y: frame.places[6 * i + 3],
        group: frame.bytes[12 * i + 8], direction, health: frame.bytes[12 * i + 10],
        columns: turned ? body.length : body.width, rows: turned ? body.width : body.length };
    }
    const css = colour => `rgb(${colour.join(' ')})`;
    const turn = [(x, y) => [-y, x], (x, y) => [-x, -y], (x, y) => [y, -x], (x, y) => [x, y]];

    // the cells that an agent sees, as it sees them: ahead is above
    function viewCells(one) {
      const body = world.groups[one.group], cells = [];
      const [x, y] = [[one.x + one.columns - 1, one.y], [one.x + one.columns - 1, one.y + one.rows - 1],
        [one.x, one.y + one.rows - 1], [one.x, one.y]][one.direction];
      for (let k = 0; k < body.view.length; k += 2) {
        const [dx, dy] = [body.view[k], body.view[k + 1]];
        const [mx, my] = turn[one.direction](dx + (body.width >> 1), dy + (body.length >> 1));
        cells.push({ dx, dy, x: x + mx, y: y + my });
      }
      return cells;
    }
    function showAgent(frame, i) {
      element('agent').style.display = follows === null ? 'none' : 'block';
      if (follows === null) return;
      element('who').textContent = 'Agent ' + follows;
      if (i === null) { element('what').textContent = 'It is dead.'; return; }
      const one = agent(frame, i), cells = viewCells(one), seen = new Map();
      element('what').textContent = `${world.groups[one.group].name}, health ` +
        `${Math.round(one.health / 2.55)} %, at (${one.x}, ${one.y}), facing ` +
        ['east', 'south', 'west', 'north'][one.direction];
      const reach = 70;
      for (let j = 0; j < frame.count; j++) {
        const [x, y] = [frame.places[6 * j + 2], frame.places[6 * j + 3]];
        if (Math.abs(x - one.x) > reach + 32 || Math.abs(y - one.y) > reach + 32) continue;
        const other = agent(frame, j);
        for (let r = 0; r < other.rows; r++) for (let c = 0; c < other.columns; c++)
          seen.set((y + r) * 65536 + x + c, other);
      }
      const size = Math.max(1, ...cells.map(cell => Math.max(Math.abs(cell.dx), Math.abs(cell.dy)))) + 1;
      const canvas = element('view'), eye = canvas.getContext('2d'), side = 240 / (2 * size + 1);
      eye.fillStyle = '#000';
      eye.fillRect(0, 0, 240, 240);
      for (const cell of cells) {
        const outside = cell.x < 0 || cell.y < 0 || cell.x >= world.width || cell.y >= world.height;
        const wall = outside || world.walls[cell.y * world.width + cell.x];
        const other = seen.get(cell.y * 65536 + cell.x);
        eye.fillStyle = css(wall ? world.wall : other ? world.groups[other.group].colour : world.ground);
        eye.globalAlpha = other && !wall ? 0.35 + 0.65 * other.health / 255 : 1;
        eye.fillRect((cell.dx + size) * side, (cell.dy + size) * side, side - 0.5, side - 0.5);
      }
      eye.globalAlpha = 1;
    }
    function showGroups(frame) {
      const counts = world.groups.map(() => 0), health = world.groups.map(() => 0);
      const map = element('small').getContext('2d'), image = map.createImageData(240, 240);
      const fit = 240 / Math.max(world.width, world.height);
      for (let i = 0; i < 240 * 240; i++) image.data[4 * i + 3] = 255;
      for (let i = 0; i < frame.count; i++) {
        const group = frame.bytes[12 * i + 8], colour = world.groups[group].colour;
        counts[group]++;
        health[group] += frame.bytes[12 * i + 10];
        const x = frame.places[6 * i + 2] * fit | 0, y = frame.places[6 * i + 3] * fit | 0;
        const pixel = 4 * (y * 240 + x);
        for (let k = 0; k < 3; k++)
          image.data[pixel + k] = (image.data[pixel + k] + colour[k]) / (image.data[pixel + k] ? 2 : 1);
      }
      map.putImageData(image, 0, 0);
      map.strokeStyle = '#fff';
      const [w, h] = [innerWidth / camera.scale * devicePixelRatio, innerHeight / camera.scale * devicePixelRatio];
      map.strokeRect((camera.x - w / 2) * fit, (camera.y - h / 2) * fit, w * fit, h * fit);
      const table = element('groups');
      table.replaceChildren();
      const row = (kind, cells, colour) => {
        const line = table.insertRow();
        cells.forEach((text, k) => {
          const cell = line.appendChild(document.createElement(kind));
          if (k === 0 && colour) cell.appendChild(document.createElement('i')).style.background = css(colour);
          cell.append(text);
        });
      };
      row('th', ['group', 'alive', 'health']);
      world.groups.forEach((group, g) => row('td', [group.name, counts[g].toLocaleString('en'),
        counts[g] ? Math.round(health[g] / counts[g] / 2.55) + ' %' : '-'], group.colour));
    }
    function mark(frame, i, part, old) {
      pen.clearRect(0, 0, pen.canvas.width, pen.canvas.height);
      if (i === null) return;
      const one = agent(frame, i);
      const screen = (x, y) => [(x - camera.x) * camera.scale + pen.canvas.width / 2,
        (y - camera.y) * camera.scale + pen.canvas.height / 2];
      const x = old[2 * i] + (one.x - old[2 * i]) * part, y = old[2 * i + 1] + (one.y - old[2 * i + 1]) * part;
      camera.x = x + one.columns / 2;
      camera.y = y + one.rows / 2;
      pen.fillStyle = '#ffffff1c';
      for (const cell of viewCells(one)) {
        const [left, top] = screen(cell.x + x - one.x, cell.y + y - one.y);
        pen.fillRect(left, top, camera.scale, camera.scale);
      }
      pen.strokeStyle = '#fff';
      pen.lineWidth = 2;
      pen.strokeRect(...screen(x, y), one.columns * camera.scale, one.rows * camera.scale);
    }
    function tick(time) {
      const seconds = Math.min(0.1, (time - before) / 1000 || 0), first = Math.floor(at);
      before = time;
      fetchAhead();
      const end = last !== null && at >= last;
      if (plays && !end && frames.has(first) && frames.has(first + 1))
        at = Math.min(at + seconds * element('speed').value, first + 1.999);
      const now = Math.floor(at), part = at - now;
      const target = part > 0 && frames.get(now + 1) || frames.get(now);
      if (target) {
        const old = target.index > now ? frames.get(now) : null;
        if (shown !== target || target.old !== old) {
          target.old = old;
          target.before = placesBefore(target, old);
          fill('agents', target.bytes);
          fill('before', target.before);
          fill('attacks', target.attacks);
          shown = target;
        }
        const followed = follows === null ? null : find(target, follows);
        // a page that stands still leaves the machine to others
        const picture = [target.index, part, !!old, camera.x, camera.y, camera.scale, followed, innerWidth,
          innerHeight].join();
        if (picture !== drawn) {
          draw(target, old ? part : 1);
          mark(target, followed, old ? part : 1, target.before);
          drawn = picture;
        }
        if (marked !== drawn && time - told > 200 || document.body.dataset.frame === undefined) {
          showGroups(target);
          showAgent(target, followed);
          [marked, told] = [drawn, time];
        }
        element('now').textContent = `step ${target.step}, ${target.count.toLocaleString('en')} agents` +
          (end ? ', the end' : '');
        element('frame').value = target.index;
        element('rate').textContent = element('speed').value + '/s';
        Object.assign(document.body.dataset, { frame: target.index, agents: target.count, error: gl.getError() });
      }
      requestAnimationFrame(tick);
    }
    function fit() {
      follows = null;
      camera.x = world.width / 2;
      camera.y = world.height / 2;
      camera.scale = Math.min(innerWidth / world.width, innerHeight / world.height) * devicePixelRatio;
    }
    function play(value) { plays = value; element('play').textContent = plays ? 'Pause' : 'Play'; }
    function go(index) { at = Math.max(0, last === null ? index : Math.min(last, index)); }
    function pick(x, y) {
      if (!shown) return;
      for (let i = 0; i < shown.count; i++) {
        const one = agent(shown, i);
        if (x >= one.x && y >= one.y && x < one.x + one.columns && y < one.y + one.rows) follows = one.number;
      }
    }
    function listen() {
      const map = element('marks'), ratio = devicePixelRatio;
      const cell = event => [(event.clientX * ratio - map.width / 2) / camera.scale + camera.x,
        (event.clientY * ratio - map.height / 2) / camera.scale + camera.y];
      let held = null, moved = false;
      map.onpointerdown = event => { held = cell(event); moved = false; map.setPointerCapture(event.pointerId); };
      map.onpointermove = event => {
        if (!held) return;
        if (Math.hypot(event.movementX, event.movementY) > 1) { moved = true; follows = null; }
        if (!moved) return;
        const [x, y] = cell(event);
        camera.x += held[0] - x;
        camera.y += held[1] - y;
      };
      map.onpointerup = event => { if (held && !moved) pick(...cell(event)); held = null; };
      map.onwheel = event => {
        event.preventDefault();
        const [x, y] = cell(event);
        camera.scale = Math.max(0.02, Math.min(80, camera.scale * Math.exp(-event.deltaY / 400)));
        if (follows !== null) return;
        const [newX, newY] = cell(event);
        camera.x += x - newX;
        camera.y += y - newY;
      };
      element('small').onclick = event => {
        const fit = 240 / Math.max(world.width, world.height);
        follows = null;
        [camera.x, camera.y] = [event.offsetX / fit, event.offsetY / fit];
      };
      element('play').onclick = () => play(!plays);
      element('back').onclick = () => { play(false); go(Math.floor(at) - 1); };
      element('next').onclick = () => { play(false); go(Math.floor(at) + 1); };
      element('fit').onclick = fit;
      element('leave').onclick = () => { follows = null; };
      element('frame').oninput = event => go(Number(event.target.value));
      onkeydown = event => {
        if (event.target.tagName === 'INPUT') return;
        const action = { ' ': 'play', ArrowLeft: 'back', ArrowRight: 'next', f: 'fit' }[event.key];
        if (action) { event.preventDefault(); element(action).click(); }
      };
    }
    (async () => {
      if (!gl) throw 'this browser has no WebGL 2';
      world = await (await fetch('/world.json')).json();
      world.walls = new Uint8Array(await (await fetch('/walls')).arrayBuffer());
      if (world.frames) { last = world.frames - 1; element('frame').max = last; }
      else element('seek').style.display = 'none';
      prepare(world.walls);
      fit();
      if (options.has('follow')) follows = Number(options.get('follow'));
      if (options.has('scale')) camera.scale = Number(options.get('scale'));
      play(plays);
      listen();
      requestAnimationFrame(tick);
    })().catch(problem => { element('now').textContent = document.body.dataset.error = problem; });
    """#
}
