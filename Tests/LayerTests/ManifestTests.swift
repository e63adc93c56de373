import Testing

@Suite("Reading the manifest")
struct ManifestTests {
  let text = """
    let package = Package(
      dependencies: [.package(url: "https://example.org/x", exact: "1.0.0")],
      targets: [
        // 0: nothing below
        .target(name: "CLow"),
        module("Low"),

        // 1: something
        module(
          "High",
          imports: [
            "Low", "CLow", .product(name: "Other", package: "other-package"),
          ]),
        // tests
        .target(name: "Support", dependencies: ["High"], path: "Tests/Support"),
        tests("HighTests", of: ["High"]),
      ],
      cLanguageStandard: .gnu11
    )
    """

  @Test("modules have the level of the comment above them")
  func levels() {
    let manifest = Manifest(text: text)
    #expect(manifest.modules.map(\.name) == ["CLow", "Low", "High", "Support"])
    #expect(manifest.modules.map(\.level) == [0, 0, 1, nil])
  }

  @Test("products count by their name, not by their package's")
  func imports() {
    let manifest = Manifest(text: text)
    #expect(manifest["High"]?.imports == ["Low", "CLow", "Other"])
    #expect(manifest["Support"]?.imports == ["High"])
    #expect(manifest["Low"]?.imports == [])
  }
}
