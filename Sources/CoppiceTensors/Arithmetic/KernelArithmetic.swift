/// Placeholder until the C kernels land: the plain loops in `Float`.
public typealias KernelArithmetic = PlainArithmetic<Float>

extension PlainArithmetic where Scalar == Float {
  public static var fastest: Self { Self() }
}
