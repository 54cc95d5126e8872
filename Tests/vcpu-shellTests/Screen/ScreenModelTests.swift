import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

/// What the windows show of a stop, and what that asks of the target.
@Suite struct ScreenModelTests {
  private let fixture: ShellFixture

  init() throws {
    fixture = try ShellFixture()
    try fixture.target.standInCode()
    try fixture.session.refresh()
    fixture.run("break count_exits")
    fixture.run("break serve")
    fixture.run("disable 2")
  }

  private func model(
    _ layout: ScreenLayout, rows: Int = 32, columns: Int = 90
  ) -> (ScreenModel, ScreenReader) {
    var model = ScreenModel(size: .init(rows: rows, columns: columns), layout: layout)
    model.hasConsole = true
    model.console.receive(Array("tour: an EL1 guest\r\n".utf8))
    model.commands.append(["Breakpoint 1 at hv:0x40207000 <count_exits>"], width: columns)
    model.commands.setInput(prompt: "(vcpu) ", line: "info exit", cursor: 4)
    var reader = ScreenReader(shell: fixture.shell)
    if let stop = reader.contents(for: model) { model.stop = stop }
    model.status = reader.status
    return (model, reader)
  }

  /// The rows; a bar is marked, and so is the cursor.
  private func text(_ model: ScreenModel) -> String {
    let frame = model.frame()
    return frame.rows.enumerated().map { index, row in
      var characters = Array(row.line.plain)
      let column = frame.cursor.column
      if index == frame.cursor.row {
        while characters.count <= column { characters.append(" ") }
        characters[column] = "▏"
      }
      let text = String(String(characters).reversed().drop { $0 == " " }.reversed())
      return (row.isBar ? "══" : "  ") + text + "\n"
    }.joined()
      // Where the test has its program.
      .replacing(/source: \S*\//, with: "source: ")
  }

  @Test(arguments: ScreenLayout.allCases)
  func eachLayout(layout: ScreenLayout) throws {
    try GoldenText.expect(text(model(layout).0), "screen-\(layout.rawValue)")
  }

  @Test func anExitIsInWords() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    var model = ScreenModel(size: .init(rows: 24, columns: 80), layout: .exit)
    var reader = ScreenReader(shell: fixture.shell)
    let stop = reader.contents(for: model)
    model.stop = try #require(stop)
    try GoldenText.expect(text(model), "screen-at-exit")
  }

  @Test(arguments: ScreenLayout.allCases)
  func everyFrameFitsItsTerminal(layout: ScreenLayout) {
    var (model, _) = model(layout)
    for rows in [1, 2, 11, 12, 17, 40] {
      for columns in [1, 39, 40, 79] {
        model.size = .init(rows: rows, columns: columns)
        model.guestHasKeys = columns % 2 == 0
        let frame = model.frame()
        #expect(frame.rows.count == rows)
        #expect(frame.rows.allSatisfy { $0.line.columnCount <= columns })
        #expect((0..<rows).contains(frame.cursor.row))
        #expect((0..<columns).contains(frame.cursor.column))
      }
    }
  }

  @Test func theTargetIsOnlyAskedForWhatIsShownAndChanged() throws {
    var (shown, reader) = model(.split)
    _ = fixture.target.takeTrace()
    fixture.run("help")
    _ = reader.contents(for: shown)
    #expect(fixture.target.takeTrace() == [])
    shown.layout = .console
    _ = reader.contents(for: shown)
    #expect(fixture.target.takeTrace() == [])
  }

  @Test func theSourceStaysWhileItsLineIsWellWithinTheWindow() throws {
    let (shown, first) = model(.src)
    var reader = first
    // The next line.
    fixture.target.stand(at: 0x4020_700c, level: 2)
    try fixture.session.refresh()
    let contents = reader.contents(for: shown)
    let next = try #require(contents)
    #expect(next.source?.lines.first == shown.stop.source?.lines.first)
  }

  @Test func aChangeIsMarked() throws {
    var (shown, reader) = model(.regs)
    fixture.run("set $x7 = 0x77")
    fixture.shell.seenRegisters.noteStop()
    let stop = reader.contents(for: shown)
    shown.stop = try #require(stop)
    let spans = shown.frame().rows.flatMap(\.line.spans).filter { $0.style == .changed }
    #expect(spans.map(\.text) == ["0x0000000000000077"])
  }

  @Test func aTargetThatEndedShowsNothing() throws {
    var (shown, reader) = model(.src)
    fixture.shell.session = nil
    let stop = reader.contents(for: shown)
    shown.stop = try #require(stop)
    #expect(shown.stop.source == nil)
    #expect(reader.status == "no target")
  }
}
