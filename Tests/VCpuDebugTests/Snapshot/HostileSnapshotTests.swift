import Foundation
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Malicious files: each is refused with an error, or answers like any other.
struct HostileSnapshotTests {
  /// A description as JSON, to be changed anywhere.
  private indirect enum JSON {
    case value(Any)
    case array([JSON])
    case object([String: JSON])

    init(_ any: Any) {
      switch any {
      case let array as [Any]: self = .array(array.map { JSON($0) })
      case let object as [String: Any]: self = .object(object.mapValues { JSON($0) })
      default: self = .value(any)
      }
    }

    var any: Any {
      switch self {
      case .value(let any): any
      case .array(let array): array.map(\.any)
      case .object(let object): object.mapValues(\.any)
      }
    }

    /// The paths to all that is in it; of an array's elements the first alone.
    func paths(_ path: [String] = []) -> [[String]] {
      switch self {
      case .value: [path]
      case .array(let array):
        [path] + array.prefix(1).enumerated().flatMap { $1.paths(path + ["\($0)"]) }
      case .object(let object):
        // Registers by their names are all alike.
        [path]
          + object.sorted { $0.key < $1.key }.prefix(path.last == "system" ? 1 : .max).flatMap {
            $1.paths(path + [$0])
          }
      }
    }

    func replacing(_ path: ArraySlice<String>, by new: (JSON) -> JSON?) -> JSON? {
      guard let first = path.first else { return new(self) }
      switch self {
      case .value: return self
      case .array(var array):
        guard let index = Int(first), array.indices.contains(index) else { return self }
        if let replaced = array[index].replacing(path.dropFirst(), by: new) {
          array[index] = replaced
        } else {
          array.remove(at: index)
        }
        return .array(array)
      case .object(var object):
        object[first] = object[first]?.replacing(path.dropFirst(), by: new)
        return .object(object)
      }
    }
  }

  private static func contents() throws -> (SnapshotContents, [UInt8]) {
    let target = try FakeTarget.booted()
    target.addCPU()
    target.addInterruptController()
    target.stand(at: FakeExit.mmioWrite)
    let session = try HypervisorSession.fake(target)
    _ = try session.points.addCatchpoint(.exit([.mmio, .hvc]), condition: "$exit.write")
    _ = try session.points.add("*guest:0x40200010")
    _ = try session.exits.require()
    return try session.snapshot(with: [try SnapshotRange(.guest, 0x6000_0000, byteCount: 8)])
  }

  private func open(_ description: [UInt8], _ memory: [UInt8]) throws -> HypervisorSession {
    let file = SnapshotFile(description: description, memory: memory)
    return try SessionOpening.open(file).session
  }

  @Test func anyPartMayBeAnything() throws {
    var (contents, memory) = try Self.contents()
    // There are many of these, and they are all alike.
    for index in contents.threads.indices {
      contents.threads[index].unavailable = [
        SavedReason(reason: "UNDEFINED", registers: ["ich_lr9_el2"])
      ]
      contents.threads[index].system = contents.threads[index].system.filter {
        ["isr_el1", "cntpct_el0"].contains($0.key)
      }
    }
    // To read them again and again takes most of the time.
    for index in contents.modules.indices { contents.modules[index].path = "/nowhere/\(index)" }
    contents.gaps = Array(contents.gaps.prefix(2))
    contents.target.texts = contents.target.texts.filter { $0.key == "info mtree" }
    let json = JSON(
      try JSONSerialization.jsonObject(with: Data(try contents.json())))
    let values: [Any] = [
      NSNull(), -1, 0, 1, 1 << 40, Int.max, Int.min, 1e300, true, "", "0x", "0xffffffffffffffff",
      "0x8000000000000000", "zz", "exit", [] as [Any], ["0x1"], [:] as [String: Any],
    ]
    var refusedCount = 0
    var openedCount = 0
    for (index, path) in json.paths().enumerated() {
      // A third of the values at each place: parts of one type are many.
      var changes: [(JSON) -> JSON?] = values.enumerated().filter { ($0.offset + index) % 3 == 0 }
        .map { value in { _ in JSON(value.element) } }
      changes.append { _ in nil }
      changes.append { part in
        guard case .array(let array) = part else { return part }
        return .array(array + array)
      }
      for change in changes {
        guard let changed = json.replacing(path[...], by: change), case .object = changed else {
          continue
        }
        let bytes = Array(try JSONSerialization.data(withJSONObject: changed.any))
        do {
          let session = try open(bytes, memory)
          openedCount += 1
          // It answers, or gives a reason.
          if openedCount % 50 == 0 { _ = SnapshotAnswers(session: session).all }
        } catch {
          refusedCount += 1
          #expect(
            error is SnapshotError || error is DebugError || error is SymbolFileError
              || error is ExpressionError || error is RemoteError, "\(path): \(error)")
        }
      }
    }
    #expect(refusedCount > 500, "\(refusedCount)")
    #expect(openedCount > 100, "\(openedCount)")
  }

  private func expectRefusal(
    _ words: String, _ change: (inout SnapshotContents, inout [UInt8]) -> Void
  ) throws {
    var (contents, memory) = try Self.contents()
    change(&contents, &memory)
    let error = #expect(throws: SnapshotError.self) {
      try open(try contents.json(), memory)
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func saysWhatMakesNoSense() throws {
    try expectRefusal("more memory than the file") { $1.removeLast() }
    try expectRefusal("more memory than its ranges") { $1.append(0) }
    try expectRefusal("overlap") { contents, memory in
      contents.memory.append(contents.memory[0])
      memory += memory[..<contents.memory[0].byteCount]
    }
    try expectRefusal("a range of memory has -1 bytes") { contents, _ in
      contents.memory[0].byteCount = -1
    }
    try expectRefusal("to a thread that doesn't exist") { contents, _ in
      contents.memory[0].thread = 2
    }
    try expectRefusal("a range of memory has") { contents, _ in
      contents.memory[0].start = SavedNumber(.max)
    }
    try expectRefusal("a range of memory can't be in the space 'ipa'") { contents, _ in
      contents.memory[0].space = "ipa"
    }
    try expectRefusal("the register x0 has 9 bytes") { contents, _ in
      contents.threads[0].registers[0] = SavedBytes([UInt8](repeating: 0, count: 9))
    }
    try expectRefusal("its architecture, z80, is not known") { contents, _ in
      contents.target.architecture = "z80"
      for index in contents.target.registers.indices {
        contents.target.registers[index].name = "r\(index)"
      }
    }
    try expectRefusal("the same thread twice") { contents, _ in
      contents.threads.append(contents.threads[0])
    }
    try expectRefusal("it has 0 threads") { contents, _ in contents.threads = [] }
    try expectRefusal("an exit has 33 registers") { contents, _ in
      contents.threads[0].sighting?.exit?.registers.removeLast()
    }
    try expectRefusal("a trap kind") { contents, _ in
      contents.threads[0].sighting?.exit?.trapKind = 9
    }
    try expectRefusal("exits can't be found by 'magic'") { contents, _ in
      contents.exits?.way?.name = "magic"
    }
    try expectRefusal("too many exits") { contents, _ in
      contents.exits?.counts = [
        SavedExits.Count(
          origin: SavedExit.Origin(vm: 0, vcpu: 0, isByRegisters: true, tables: 0),
          count: SavedNumber(.max))
      ]
    }
    try expectRefusal("breakpoints are not in order") { contents, _ in
      contents.breakpoints.all.reverse()
    }
    try expectRefusal("a catchpoint waits for 'magic'") { contents, _ in
      contents.breakpoints.all[0].classes = ["magic"]
    }
  }

  @Test(arguments: ["", "{", "[]", "null", "{}", "\u{0}", "{\"threads\": 1}"])
  func descriptionsThatAreNone(text: String) throws {
    #expect(throws: SnapshotError.self) { try open(Array(text.utf8), []) }
  }

  /// Nested brackets, as deep as possible.
  @Test func depthIsRefused() throws {
    let depth = 1 << 20
    let text = [UInt8](repeating: UInt8(ascii: "["), count: depth)
    #expect(throws: SnapshotError.self) { try open(text, []) }
    let closed = text + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    #expect(throws: SnapshotError.self) { try open(closed, []) }
  }

  @Test func filesThatAreNone() {
    for path in ["/nowhere/a.snapshot", "/dev/null", "/", "/dev/zero"] {
      #expect(throws: SnapshotError.self) { try SessionOpening.open(path) }
    }
  }
}
