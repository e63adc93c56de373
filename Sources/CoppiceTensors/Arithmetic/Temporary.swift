public enum NMAxis { case input, output }
extension PanelArithmetic {
  public func selectLargest(_ shape: LayerShape, keep n: Int, of m: Int, axis: NMAxis, weights: UnsafePointer<Scalar>, mask: UnsafeMutablePointer<UInt8>) {
    for i in 0..<shape.weightCount { mask[i] = 0 }
    for r in 0..<shape.outputs { var g = 0; while g < shape.inputs { let k = min(m, shape.inputs - g)
      let idx = (g..<g+k).sorted { let a = abs(Double(weights[r*shape.inputs+$0])), b = abs(Double(weights[r*shape.inputs+$1])); return a == b ? $0 < $1 : a > b }
      for i in idx.prefix(n) { mask[r*shape.inputs+i] = 1 }; g += m } }
  }
  public func prefetch(records: UnsafePointer<Float>, recordStride: Int, rows: UnsafePointer<Int64>, rowCount: Int) {}
  public func transposeRows(records: UnsafePointer<Float>, recordStride: Int, rows: UnsafePointer<Int64>, rowCount: Int, first: Int, count: Int, panel: UnsafeMutablePointer<Float>) {
    for f in 0..<count { for l in 0..<64 { panel[f*64+l] = l < rowCount ? records[Int(rows[l])*recordStride+first+f] : 0 } }
  }
  public func fillNormal(key: UInt64, counter: UInt64, count: Int, into: UnsafeMutablePointer<Float>) { for i in 0..<count { into[i] = 0 } }
  public func smoothAction(count: Int, noiseScale: Float, noiseClip: Float, limit: Float, noise: UnsafePointer<Float>, actions: UnsafeMutablePointer<Float>) {
    for i in 0..<count { let e = max(-noiseClip, min(noiseClip, noiseScale*noise[i])); actions[i] = max(-limit, min(limit, actions[i]+e)) } }
}
