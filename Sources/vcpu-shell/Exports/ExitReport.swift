/// Recorded exits as a page: one file of HTML without references to others.
///
/// Tables and histograms are made here; the script draws the timeline from the exits, which are in the page as columns of
/// numbers.
struct ExitReport {
  /// What the page is about: the guest, or the target.
  let title: String
  /// The exits, by time.
  let answer: ExitsAnswer
  /// The exits by class, by address and by function.
  let classes: ExitStatisticsAnswer
  let addresses: ExitStatisticsAnswer
  let functions: ExitStatisticsAnswer
  let repeats: ExitRepeatsAnswer
  /// The histograms of the classes.
  let histograms: [ExitHistogramAnswer]

  /// How many addresses and functions are shown.
  private static let rowLimit = 20

  /// The page.
  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.escaped(title)): exits</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>Exits of \(Self.escaped(title))</h1>
    <p>\(Self.escaped(introduction))</p>
    </header>
    \(cards)
    \(timeline)
    \(histogramSection)
    \(section("Classes", "Exits of each class, those with the most time in the hypervisor first.", classes))
    \(section("Addresses", "The guest's instructions that exited.", addresses))
    \(functions.rows.isEmpty ? "" : section("Functions", "The functions that the guest called.", functions))
    \(repeatSection)
    </main>
    <script>
    const DATA = \(data);
    \(Self.script)
    </script>
    </body>
    </html>

    """
  }

  // MARK: The head

  private var span: Int {
    guard let first = answer.exits.first, let last = answer.exits.last else { return 0 }
    return last.time + (last.inHypervisor ?? 0) - first.time
  }

  private var introduction: String {
    guard !answer.exits.isEmpty else { return "No exit was recorded." }
    let count = answer.exits.count
    let exits = "\(DurationText.grouped(count)) exit\(count == 1 ? "" : "s")"
    let older =
      answer.recorded > count
      ? "; \(DurationText.grouped(answer.recorded - count)) older ones are no longer in the rings"
      : ""
    return "\(exits) in \(text(span)) of the counter\(older)."
  }

  private var cards: String {
    let handled = answer.exits.compactMap(\.inHypervisor).sorted()
    guard !handled.isEmpty else { return "" }
    let guest = answer.exits.compactMap(\.inGuest).reduce(0, +)
    let time = handled.reduce(0, +)
    let share = Double(time) / Double(max(1, time + guest))
    let rate = Double(answer.exits.count) / (Double(max(1, span)) / 1e9)
    func at(_ fraction: Double) -> Int {
      handled[min(handled.count - 1, Int(Double(handled.count) * fraction))]
    }
    var cards = [
      ("exits", DurationText.grouped(answer.exits.count)),
      ("in the hypervisor", text(time)),
      ("of the CPUs' time", "\((share * 1000).rounded() / 10) %"),
      ("median exit", text(at(0.5))), ("99th percentile", text(at(0.99))),
      ("longest", text(handled[handled.count - 1])),
    ]
    if answer.unit == .ns {
      cards.insert(("exits a second", DurationText.grouped(Int(rate.rounded()))), at: 1)
    }
    let items = cards.map {
      "<div class=\"card\"><b>\(Self.escaped($0.1))</b><span>\(Self.escaped($0.0))</span></div>"
    }
    return "<section class=\"cards\">\(items.joined())</section>"
  }

  private var timeline: String {
    guard !answer.exits.isEmpty else { return "" }
    let legend = classNames.enumerated().map { index, name in
      "<li><i style=\"background:var(--c\(index % Self.colorCount))\"></i>\(Self.escaped(name))</li>"
    }
    return """
      <section>
      <h2>Timeline</h2>
      <p>Each vCPU's time in the hypervisor, coloured by class; the guest runs in between. Scroll to zoom, drag to
      move, point at an exit to read it.</p>
      <ul class="legend">\(legend.joined())</ul>
      <div id="timeline"><canvas></canvas><div id="tip" hidden></div></div>
      </section>
      """
  }

  // MARK: Tables

  private func section(_ heading: String, _ words: String, _ answer: ExitStatisticsAnswer)
    -> String
  {
    guard !answer.rows.isEmpty else { return "" }
    let most = answer.rows.map(\.inHypervisor.sum).max() ?? 1
    let rows = answer.rows.prefix(Self.rowLimit).map { row in
      let times = row.inHypervisor
      let width = Double(times.sum) * 100 / Double(max(1, most))
      let cells = [
        DurationText.grouped(row.count), text(times.sum), text(times.mean), text(times.median),
        text(times.percentile99), text(times.maximum), row.inGuest.map { text($0.mean) } ?? "–",
      ].map { "<td>\(Self.escaped($0))</td>" }
      return
        "<tr><th>\(Self.escaped(row.name))<div class=\"bar\" style=\"width:\((width * 10).rounded() / 10)%\"></div></th>"
        + cells.joined() + "</tr>"
    }
    let rest = answer.rows.count - min(answer.rows.count, Self.rowLimit)
    let more = rest > 0 ? "<p>… and \(DurationText.grouped(rest)) more.</p>" : ""
    let columns = ["exits", "in EL2", "mean", "median", "p99", "max", "guest before"]
    return """
      <section>
      <h2>\(heading)</h2>
      <p>\(words)</p>
      <div class="wide"><table>
      <thead><tr><th>\(answer.by.rawValue)</th>\(columns.map { "<td>\($0)</td>" }.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody>
      </table></div>
      \(more)
      </section>
      """
  }

  private var repeatSection: String {
    guard !repeats.repetitions.isEmpty else { return "" }
    let items = repeats.repetitions.map { item in
      let place = "\(item.exit.place.address)" + (item.exit.place.symbol.map { " <\($0)>" } ?? "")
      let words =
        "\(DurationText.grouped(item.count)) times\(item.isAtLeast ? " or more" : "") in a row in \(text(item.time)), vCPU \(item.exit.vcpu): \(item.exit.summary), guest at \(place)"
      let stuck = item.isStuck ? " <strong>The guest makes no progress.</strong>" : ""
      return "<li>\(Self.escaped(words)).\(stuck)</li>"
    }
    return """
      <section>
      <h2>Repetitions</h2>
      <p>The same exit at the same place, again and again.</p>
      <ul>\(items.joined(separator: "\n"))</ul>
      </section>
      """
  }

  // MARK: Histograms

  private var histogramSection: String {
    let figures = histograms.filter { $0.count > 0 }.map(figure)
    guard !figures.isEmpty else { return "" }
    return """
      <section>
      <h2>Time in the hypervisor</h2>
      <p>How many exits took how long, by powers of two.</p>
      <div class="figures">\(figures.joined(separator: "\n"))</div>
      </section>
      """
  }

  private func figure(_ histogram: ExitHistogramAnswer) -> String {
    let name = histogram.classes.first ?? "all"
    let color =
      classNames.firstIndex(of: name).map { "var(--c\($0 % Self.colorCount))" } ?? "var(--ink)"
    let most = histogram.buckets.map(\.count).max() ?? 1
    let width = 280.0 / Double(max(8, histogram.buckets.count))
    let bars = histogram.buckets.enumerated().map { index, bucket in
      let height = bucket.count == 0 ? 0 : max(1.5, 90 * Double(bucket.count) / Double(most))
      let title =
        "\(text(bucket.from)) – \(text(bucket.to)): \(DurationText.grouped(bucket.count))"
      return
        "<rect x=\"\(10 + Double(index) * width + 1)\" y=\"\(100 - height)\" width=\"\(width - 2)\" height=\"\(height)\" rx=\"2\" fill=\"\(color)\"><title>\(Self.escaped(title))</title></rect>"
    }
    let first = histogram.buckets.first.map { text($0.from) } ?? ""
    let last = histogram.buckets.last.map { text($0.to) } ?? ""
    let end = 10 + Double(histogram.buckets.count) * width
    return """
      <figure><svg viewBox="0 0 300 120" role="img" aria-label="\(Self.escaped(name))">
      <line x1="10" x2="290" y1="100.5" y2="100.5"/>\(bars.joined())
      <text x="10" y="115">\(Self.escaped(first))</text><text x="\(end)" y="115" text-anchor="end">\(Self.escaped(last))</text>
      </svg><figcaption><b>\(Self.escaped(name))</b> \(DurationText.grouped(histogram.count))</figcaption></figure>
      """
  }

  // MARK: The exits as numbers

  /// The words for the classes that occur, the most frequent first: their places are their colours.
  private var classNames: [String] { classes.rows.map(\.name) }

  private var data: String {
    var texts = IndexedTexts()
    var rows = IndexedTexts()
    let names = classNames
    let start = answer.exits.first?.time ?? 0
    let colors = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var columns = [String: [Int]]()
    for exit in answer.exits {
      columns["t", default: []].append(exit.time - start)
      columns["d", default: []].append(exit.inHypervisor ?? -1)
      columns["c", default: []].append(colors[exit.class] ?? 0)
      columns["v", default: []].append(rows.index(of: "VM \(exit.vm) vCPU \(exit.vcpu)"))
      columns["s", default: []].append(texts.index(of: exit.summary))
      let place = "\(exit.place.address)" + (exit.place.symbol.map { " <\($0)>" } ?? "")
      columns["p", default: []].append(texts.index(of: place))
    }
    let numbers = columns.sorted { $0.key < $1.key }.map { key, column in
      "\"\(key)\":[\(column.map { "\($0)" }.joined(separator: ","))]"
    }
    return "{\"unit\":\"\(answer.unit.rawValue)\",\"classes\":\(Self.json(names)),"
      + "\"rows\":\(Self.json(rows.all)),\"texts\":\(Self.json(texts.all))"
      + numbers.map { "," + $0 }.joined() + "}"
  }

  /// Texts that are written once each.
  private struct IndexedTexts {
    private(set) var all: [String] = []
    private var known: [String: Int] = [:]

    mutating func index(of text: String) -> Int {
      if let index = known[text] { return index }
      known[text] = all.count
      all.append(text)
      return all.count - 1
    }
  }

  private static func json(_ texts: [String]) -> String {
    // `<` would end the script in `</script>`.
    let quoted = texts.map { text in
      "\""
        + text.unicodeScalars.map { scalar in
          switch scalar {
          case "\"", "\\": "\\\(scalar)"
          case "<", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
            "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
              + String(scalar.value, radix: 16)
          default: String(scalar)
          }
        }.joined() + "\""
    }
    return "[\(quoted.joined(separator: ","))]"
  }

  private func text(_ time: Int) -> String {
    DurationText.text(time, isNanoseconds: answer.unit == .ns)
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
