import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct ConsoleSinkTests {
  /// A sink's output, in pieces.
  private final class Shown {
    var pieces: [String] = []
  }

  private func sink(_ shown: Shown) throws -> ConsoleSink {
    let sink = try ConsoleSink(path: nil)
    let output = Output { bytes, _ in shown.pieces.append(String(decoding: bytes, as: UTF8.self)) }
    sink.show = { output.console($0) }
    sink.showAsItIs = { output.raw($0) }
    return sink
  }

  @Test func linesAreShownWhenTheyAreWhole() throws {
    let shown = Shown()
    let sink = try sink(shown)
    sink.receive(Array("he".utf8))
    #expect(shown.pieces == [])
    sink.receive(Array("llo\r\nwor".utf8))
    #expect(shown.pieces == ["guest| hello\n"])
    sink.receive(Array("ld\nand\n more".utf8))
    #expect(shown.pieces == ["guest| hello\n", "guest| world\nguest| and\n"])
    sink.flush()
    #expect(shown.pieces.last == "guest|  more\n")
    sink.flush()
    #expect(shown.pieces.count == 3)
  }

  @Test func atATerminalEveryByteIsShownAtOnce() throws {
    let shown = Shown()
    let sink = try sink(shown)
    sink.receive(Array("begun".utf8))
    sink.isImmediate = true
    sink.receive(Array(" and\r\nprompt# ".utf8))
    #expect(shown.pieces == ["begun", " and\r\nprompt# "])
    // The shell's own output begins on a new line.
    sink.flush()
    #expect(shown.pieces.last == "\n")
    sink.receive(Array("a\n".utf8))
    sink.flush()
    #expect(shown.pieces.count == 4)
    sink.isImmediate = false
    sink.receive(Array("a".utf8))
    #expect(shown.pieces.count == 4)
  }

  @Test func theLastBytesAreShown() throws {
    let shown = Shown()
    let sink = try sink(shown)
    sink.receive(Array("a".utf8))
    sink.finish(Array("b\nc".utf8))
    #expect(shown.pieces == ["guest| ab\n", "guest| c\n"])
    sink.finish([])
    #expect(shown.pieces.count == 2)
  }

  @Test func aFileGetsEveryByte() throws {
    let path = try temporaryPath()
    let shown = Shown()
    do {
      let sink = try ConsoleSink(path: path)
      sink.show = { _ in shown.pieces.append("") }
      sink.receive(Array("a\r\nb".utf8))
      sink.flush()
      #expect(try String(contentsOfFile: path, encoding: .utf8).utf8.elementsEqual("a\r\nb".utf8))
      sink.finish([0xff])
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("a\r\nb".utf8) + [0xff])
    #expect(shown.pieces.isEmpty)
  }

  @Test func aFileThatCannotBeWritten() {
    let error = #expect(throws: OutputError.self) { try ConsoleSink(path: "/nowhere/console") }
    #expect(error?.description.hasPrefix("cannot write the console to /nowhere/console: ") == true)
  }
}

private func temporaryPath() throws -> String {
  try FileManager.default.createDirectory(
    at: FixtureImages.folder, withIntermediateDirectories: true)
  return FixtureImages.folder.appendingPathComponent("\(UUID())").path
}
