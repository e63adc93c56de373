extension Report {
  /// The report as one page that needs nothing else: figures and style sheet are in it.
  ///
  /// It is HTML that is well-formed XML as well. Beside it belong the files that it links to: of each of
  /// ``figures`` `figures/NAME.svg` and `figures/NAME.csv`.
  public var html: String { html(figures: "figures") }

  /// The page, with the files of figures in a folder of another name.
  public func html(figures folder: String) -> String {
    var page = SVGText()
    page.raw("<!DOCTYPE html>")
    page.begin("html", ["lang": "en"])
    page.begin("head")
    page.add("meta", ["charset": "utf-8"])
    page.add("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    page.add("meta", ["name": "generator", "content": Self.generator])
    page.add("title", text: title)
    page.begin("style")
    for line in ReportStyle.page { page.raw(line) }
    page.end()
    page.end()
    page.begin("body")
    page.begin("header")
    page.add("h1", text: title)
    page.add("p", text: summary)
    for note in notes { page.add("p", text: note) }
    page.end()
    page.begin("nav")
    for section in sections {
      page.add("a", ["href": "#\(Self.anchor(section))"], text: section.title)
    }
    page.end()
    page.begin("main")
    for section in sections { Self.write(section, figures: folder, to: &page) }
    page.end()
    page.end()
    page.end()
    return page.text
  }

  /// What made the page: by this a report is known from a page of somebody else.
  public static let generator = "coppice report"

  private static func anchor(_ section: Section) -> String {
    section.title.lowercased().split(separator: " ").joined(separator: "-")
  }

  private static func write(
    _ section: Section, figures folder: String, to page: inout SVGText
  ) {
    // two small ones stand beside one another where there is room
    let isSmall = section.figures.count == 1
    page.begin("section", ["id": anchor(section), "class": isSmall ? "small" : "wide"])
    page.add("h2", text: section.title)
    page.add("p", text: section.caption)
    if !section.figures.isEmpty {
      page.begin("div", ["class": "figures"])
      for figure in section.figures { write(figure, in: folder, to: &page) }
      page.end()
    }
    for table in section.tables { write(table, to: &page) }
    page.end()
  }

  private static func write(
    _ figure: ReportFigure, in folder: String, to page: inout SVGText
  ) {
    page.begin("figure")
    for line in figure.embedded.split(separator: "\n") { page.raw(String(line)) }
    page.begin("figcaption")
    page.add("a", ["href": "\(folder)/\(figure.name).svg"], text: "SVG")
    page.add("a", ["href": "\(folder)/\(figure.name).csv"], text: "CSV")
    page.end()
    page.end()
  }

  private static func write(_ table: ReportTable, to page: inout SVGText) {
    // a box that scrolls has to be within reach of a keyboard
    page.begin("div", ["class": "scroll", "tabindex": "0"])
    page.begin("table")
    page.begin("tr")
    for column in table.columns { write("th", column, column.name, to: &page) }
    page.end()
    for row in table.rows {
      page.begin("tr")
      for (column, cell) in zip(table.columns, row) { write("td", column, cell, to: &page) }
      page.end()
    }
    page.end()
    page.end()
  }

  private static func write(
    _ name: String, _ column: ReportTable.Column, _ text: String, to page: inout SVGText
  ) {
    if column.isNumber {
      page.add(name, ["class": "number"], text: text)
    } else {
      page.add(name, text: text)
    }
  }
}
