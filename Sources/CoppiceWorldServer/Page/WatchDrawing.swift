/// The part of the page's program that draws: agents and attacks by WebGL, marks by a canvas above it.
enum WatchDrawing {
  static let script = #"""
    'use strict';
    const element = name => document.getElementById(name);
    const gl = element('map').getContext('webgl2', { antialias: false });
    const pen = element('marks').getContext('2d');
    const camera = { x: 0, y: 0, scale: 1 };
    let world, programs, buffers;

    function program(vertex, fragment) {
      const made = gl.createProgram();
      for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
        const shader = gl.createShader(kind);
        gl.shaderSource(shader, '#version 300 es\nprecision highp float;\n' + text);
        gl.compileShader(shader);
        if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw gl.getShaderInfoLog(shader);
        gl.attachShader(made, shader);
      }
      gl.linkProgram(made);
      return made;
    }
    const place = `uniform vec2 camera, screen; uniform float scale;
      vec4 at(vec2 p) { vec2 q = (p - camera) * scale / screen * 2.0; return vec4(q.x, -q.y, 0, 1); }`;

    function prepare(walls) {
      programs = {
        ground: program(`in vec2 corner; void main() { gl_Position = vec4(corner * 2.0 - 1.0, 0, 1); }`,
          `uniform vec2 camera, screen, size; uniform float scale; uniform sampler2D walls;
          uniform vec3 ground, wall; out vec4 colour;
          void main() {
            vec2 p = (vec2(gl_FragCoord.x, screen.y - gl_FragCoord.y) - screen / 2.0) / scale + camera;
            if (p.x < 0.0 || p.y < 0.0 || p.x >= size.x || p.y >= size.y) {
              colour = vec4(0, 0, 0, 1); return; }
            colour = vec4(texture(walls, p / size).r > 0.0 ? wall : ground, 1); }`),
        agents: program(place + `in vec2 corner, now, before; in vec4 more;
          uniform float part; uniform vec2 body[64]; uniform vec3 colours[64], ground; out vec3 shade;
          void main() {
            int group = int(more.x); vec2 size = body[group];
            if (int(more.y) % 2 == 0) size = size.yx;
            float gap = scale >= 4.0 ? 1.0 / scale : 0.0;
            vec2 drawn = max(size - gap, vec2(1.0 / scale));
            shade = mix(ground, colours[group], 0.35 + 0.65 * more.z / 255.0);
            gl_Position = at(mix(before, now, part) + corner * drawn); }`,
          `in vec3 shade; out vec4 colour; void main() { colour = vec4(shade, 1); }`),
        points: program(place + `in vec2 now, before; in vec4 more;
          uniform float part; uniform vec2 body[64]; uniform vec3 colours[64], ground;
          out vec3 shade; flat out vec2 share;
          void main() {
            int group = int(more.x); vec2 size = body[group];
            if (int(more.y) % 2 == 0) size = size.yx;
            float side = max(size.x, size.y), gap = scale >= 4.0 ? 1.0 : 0.0;
            gl_PointSize = max(side * scale, 1.0);
            share = max(size * scale - gap, vec2(1.0)) / gl_PointSize;
            shade = mix(ground, colours[group], 0.35 + 0.65 * more.z / 255.0);
            gl_Position = at(mix(before, now, part) + side / 2.0); }`,
          `in vec3 shade; flat in vec2 share; out vec4 colour;
          void main() {
            if (gl_PointCoord.x > share.x || gl_PointCoord.y > share.y) discard;
            colour = vec4(shade, 1); }`),
        attacks: program(place + `in vec2 corner, from, to; out float end;
          void main() { end = corner.x; gl_Position = at(mix(from, to, corner.x) + 0.5); }`,
          `in float end; out vec4 colour;
          void main() { colour = vec4(1, 1, 1, 0.35 + 0.65 * end); }`) };
      buffers = {};
      for (const name of ['corners', 'ends', 'agents', 'before', 'few', 'fewBefore', 'attacks'])
        buffers[name] = gl.createBuffer();
      fill('corners', new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]));
      fill('ends', new Float32Array([0, 0, 1, 0]));
      gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      const side = gl.getParameter(gl.MAX_TEXTURE_SIZE);
      const step = Math.ceil(Math.max(world.width, world.height) / side);
      const [columns, rows] = [Math.ceil(world.width / step), Math.ceil(world.height / step)];
      const texels = new Uint8Array(columns * rows);
      for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++)
        texels[y * columns + x] = walls[y * step * world.width + x * step] ? 255 : 0;
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, columns, rows, 0, gl.RED, gl.UNSIGNED_BYTE, texels);
      for (const [name, value] of [['MIN_FILTER', gl.NEAREST], ['MAG_FILTER', gl.NEAREST],
        ['WRAP_S', gl.CLAMP_TO_EDGE], ['WRAP_T', gl.CLAMP_TO_EDGE]])
        gl.texParameteri(gl.TEXTURE_2D, gl['TEXTURE_' + name], value);
    }
    function fill(name, data) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    }
    function use(name, part) {
      const used = programs[name], at = key => gl.getUniformLocation(used, key);
      const unit = colour => colour.map(value => value / 255);
      gl.useProgram(used);
      gl.uniform2f(at('camera'), camera.x, camera.y);
      gl.uniform2f(at('screen'), gl.canvas.width, gl.canvas.height);
      gl.uniform1f(at('scale'), camera.scale);
      gl.uniform2f(at('size'), world.width, world.height);
      gl.uniform3fv(at('ground'), unit(world.ground));
      gl.uniform3fv(at('wall'), unit(world.wall));
      gl.uniform1f(at('part'), part);
      gl.uniform2fv(at('body'), world.groups.flatMap(group => [group.width, group.length]));
      gl.uniform3fv(at('colours'), world.groups.flatMap(group => unit(group.colour)));
      return (key, buffer, count, type, stride, offset, divisor) => {
        const where = gl.getAttribLocation(used, key);
        gl.bindBuffer(gl.ARRAY_BUFFER, buffers[buffer]);
        gl.enableVertexAttribArray(where);
        gl.vertexAttribPointer(where, count, type, false, stride, offset);
        gl.vertexAttribDivisor(where, divisor);
      };
    }
    // those agents that are in the picture, before the step or after it
    function visible(frame, largest) {
      const words = [], before = [];
      const w = gl.canvas.width / camera.scale / 2 + largest, h = gl.canvas.height / camera.scale / 2 + largest;
      const near = (x, y) => Math.abs(x - camera.x) <= w && Math.abs(y - camera.y) <= h;
      for (let i = 0; i < frame.count; i++) {
        const [x, y] = [frame.before[2 * i], frame.before[2 * i + 1]];
        if (!near(frame.places[6 * i + 2], frame.places[6 * i + 3]) && !near(x, y)) continue;
        words.push(frame.words[3 * i], frame.words[3 * i + 1], frame.words[3 * i + 2]);
        before.push(x, y);
      }
      return { bytes: new Uint32Array(words), before: new Uint16Array(before), count: words.length / 3 };
    }
    function draw(frame, part) {
      for (const canvas of [gl.canvas, pen.canvas]) {
        const [width, height] = [innerWidth * devicePixelRatio, innerHeight * devicePixelRatio];
        if (canvas.width !== (width | 0)) canvas.width = width;
        if (canvas.height !== (height | 0)) canvas.height = height;
      }
      gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
      const clear = () => { for (let i = 0; i < 4; i++) gl.disableVertexAttribArray(i); };
      use('ground', 0)('corner', 'corners', 2, gl.FLOAT, 8, 0, 0);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      clear();
      // small agents are points, which cost much less; large ones only those that are in the picture
      const largest = Math.max(1, ...world.groups.map(group => Math.max(group.width, group.length)));
      const isSmall = largest * camera.scale <= 32, seen = isSmall ? null : visible(frame, largest);
      if (seen) { fill('few', seen.bytes); fill('fewBefore', seen.before); }
      let bind = use(isSmall ? 'points' : 'agents', part);
      if (!isSmall) bind('corner', 'corners', 2, gl.FLOAT, 8, 0, 0);
      bind('now', isSmall ? 'agents' : 'few', 2, gl.UNSIGNED_SHORT, 12, 4, isSmall ? 0 : 1);
      bind('more', isSmall ? 'agents' : 'few', 4, gl.UNSIGNED_BYTE, 12, 8, isSmall ? 0 : 1);
      bind('before', isSmall ? 'before' : 'fewBefore', 2, gl.UNSIGNED_SHORT, 4, 0, isSmall ? 0 : 1);
      if (isSmall) gl.drawArrays(gl.POINTS, 0, frame.count);
      else gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, seen.count);
      clear();
      if (camera.scale < 3 || !frame.attackCount) return;
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
      bind = use('attacks', 0);
      bind('corner', 'ends', 2, gl.FLOAT, 8, 0, 0);
      bind('from', 'attacks', 2, gl.UNSIGNED_SHORT, 16, 4, 1);
      bind('to', 'attacks', 2, gl.UNSIGNED_SHORT, 16, 8, 1);
      gl.drawArraysInstanced(gl.LINES, 0, 2, frame.attackCount);
      gl.disable(gl.BLEND);
      clear();
    }
    """#
}
