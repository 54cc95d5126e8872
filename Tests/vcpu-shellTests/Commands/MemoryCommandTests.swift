import Foundation
import GDBRemote
import GoldenText
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// 'find', 'dump', 'append', 'restore' and 'disassemble': their output, their requests, and their files.
@Suite struct MemoryCommandTests {
  private let fixture: ShellFixture
  private let folder: ScratchFolder

  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    folder = try ScratchFolder()
  }

  private func write(_ bytes: [UInt8], at address: UInt64) {
    let isWritten = fixture.target.memory.write(bytes, at: address, .guest)
    #expect(isWritten)
  }

  private func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)))
  }

  private func run(_ line: String) -> String {
    fixture.run(line.replacingOccurrences(of: "DIR", with: folder.path))
      .replacingOccurrences(of: folder.path, with: "DIR")
  }

  private func transcript(_ lines: [String]) -> String {
    lines.map {
      fixture.transcript($0.replacingOccurrences(of: "DIR", with: folder.path))
    }.joined().replacingOccurrences(of: folder.path, with: "DIR")
  }

  // MARK: find

  @Test func finding() throws {
    write([0x61, 0x61, 0x61, 0x61, 0], at: 0x4030_0ffe)
    let lines = [
      "find 0x40300000, +0x2000, \"aaa\"", "print $_", "print $numfound", "x/s",
      "find/1 0x40300000, 0x40301fff, 'a'", "find /b 0x40300000, +0x2000, 0x61, 0x61, 0x61, 0x61",
      "find /h2 guest:0x40300000, +0x2000, 0x6161", "find /2h 0x40300000, +0x2000, 0x6161, \"a\"",
      "find ipa:0x40300000, +0x2000, 0x61616161", "find pa:0x41300000, +0x2000, \"aa\\0\"",
      "find &message, +24, \"EL1\"", "find hv:vmexit_trampoline, +8, 0xd503201f",
      "find guest:tour_main, message, $x1", "print $numfound",
      "find 0x403ff000, +0x4000, (uint8_t)0x77", "find guest:0x40401ff0, +0x300000, 0, \"\\0\"",
    ]
    try GoldenText.expect(transcript(lines), "find")
  }

  @Test func findingGoesWrong() throws {
    let lines = [
      "find", "find 0x40200000", "find 0x40200000, +4", "find 0x40200000, +4, ",
      "find 0x40200000, +0, 1", "find 0x40200000, +-1, 1", "find 0x40200000, 0x401fffff, 1",
      "find 0xffffffffffffffff, +2, 1", "find /k 0, +1, 1", "find /w0 0, +1, 1",
      "find /ww 0, +1, 1", "find /b 0x40200000, +4, 256", "find 0x40200000, +4, \"",
      "find 0x40200000, +4, \"\"", "find 0x40200000, +4, nothing", "find guest:0, +16, 1",
      "find guest:0x40200000, hv:0x40300000, 1", "find 0x40200000, +4, 1 +",
    ]
    try GoldenText.expect(transcript(lines), "find-errors")
  }

  @Test func theNumberOfASize() {
    write([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], at: 0x4030_0000)
    for (value, count) in [
      ("-2", 4), ("(int64_t)-2", 8), ("(int8_t)-2", 1), ("$x0 * 0 - 2", 8), ("'a' - 'a' - 2", 4),
    ] {
      _ = run("find 0x40300000, +16, \(value), (uint8_t)\(count == 8 ? 2 : 0xff)")
      #expect(run("print $numfound") == "1\n", "\(value)")
    }
  }

  @Test func aMatchAcrossPiecesOfTheRange() {
    write(Array("across".utf8), at: 0x400f_fffd)
    #expect(
      run("find guest:0x40000000, +0x200000, \"across\"") == "0x400ffffd\n1 pattern found.\n")
    let reads = fixture.target.takeTrace().filter { $0.contains("+1048576") }
    #expect(reads.count == 2, "\(reads)")
  }

  /// Without a count the answer has an end, too.
  @Test func tooManyMatches() {
    let lines = run("find guest:0x40300000, +0x80000, (uint8_t)0").split(separator: "\n")
    #expect(lines.count == 100_002)
    #expect(
      lines.suffix(2) == ["not searched: 0x403186a0 and what follows", "100000 patterns found."])
  }

  @Test func anInterruptedSearchSaysWhatItFound() {
    write(Array("here".utf8), at: 0x4000_1000)
    fixture.raise(.interrupt)
    #expect(
      run("find guest:0x40000000, +0x400000, \"here\"") == """
        0x40001000
        not searched: 0x40100000 and what follows
        1 pattern found.
        error: interrupted

        """)
    fixture.target.failures = [("m 0x41100000+1048576", RemoteError(.cancelled, "given up"))]
    #expect(run("find guest:0x40000000, +0x400000, \"here\"").hasSuffix("interrupted: given up\n"))
  }

  // MARK: dump and restore

  @Test func dumping() throws {
    write(Array(0..<64), at: 0x4030_0000)
    fixture.run("set $x1 = 0x42")
    let lines = [
      "dump memory DIR/plain guest:0x40300000 0x40300010",
      "dump binary memory \"DIR/with blank\" 0x40300010 +16",
      "dump ihex memory DIR/intel ipa:0x40300000 ipa:0x40300014",
      "dump srec mem DIR/motorola pa:0x41300000 +20", "dump ver memory DIR/verilog 0x40300000 +20",
      "dump value DIR/value $x1", "dump value DIR/int 0x1234", "dump value DIR/text \"abc\"",
      "append memory DIR/plain (0x40300000 + 32) +16", "append bin value DIR/plain (uint8_t)0x77",
      "append memory DIR/new hv:vmexit_trampoline +4",
    ]
    try GoldenText.expect(transcript(lines), "dump")
    #expect(try bytes(of: "plain") == Array(0..<16) + Array(32..<48) + [0x77])
    #expect(try bytes(of: "with blank") == Array(16..<32))
    #expect(try bytes(of: "value") == [0x42, 0, 0, 0, 0, 0, 0, 0])
    #expect(try bytes(of: "int") == [0x34, 0x12, 0, 0])
    #expect(try bytes(of: "text") == Array("abc".utf8))
    #expect(try bytes(of: "new") == [0x1f, 0x20, 0x03, 0xd5])
    for name in ["intel", "motorola"] {
      let contents = try MemoryFileContents(records: try bytes(of: name))
      let address: UInt64 = name == "intel" ? 0x4030_0000 : 0x4130_0000
      #expect(contents.segments.map(\.address) == [address])
      #expect(contents.segments.map(\.bytes) == [Array(0..<20)])
    }
    #expect(try folder.text(of: "verilog").hasPrefix("@40300000\r\n00 01 02"))
  }

  @Test func dumpingGoesWrong() throws {
    let lines = [
      "dump", "dump memory", "dump nothing DIR/x 0 1", "dump memory DIR/x", "dump memory DIR/x 0",
      "dump memory DIR/x 0 1 2", "dump memory DIR/x 0x40300000 0x40300000",
      "dump memory DIR/no/x 0x40300000 +1", "dump memory DIR 0x40300000 +1",
      "dump ihex memory DIR/x guest:0x100000000 +1", "dump value DIR/x nothing",
      "append ihex memory DIR/x 0 1", "dump memory DIR/x guest:0x403ff000 +0x4000",
      "append memory DIR/x guest:0x403ff000 +0x4000",
    ]
    try GoldenText.expect(transcript(lines), "dump-errors")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  /// An earlier file stays as it was, and no other is left.
  @Test(arguments: ["dump", "append"])
  func aDumpThatEndsEarlyChangesNothing(command: String) throws {
    try Data("before".utf8).write(to: URL(fileURLWithPath: folder.path + "/file"))
    let text = run("\(command) memory DIR/file guest:0x403ff000 +0x4000")
    #expect(
      text
        == "error: cannot access guest:0x40402000: stage 2 ends at an invalid descriptor of level 3; "
        + "nothing was written, though 12288 bytes before it are there\n")
    fixture.raise(.interrupt)
    #expect(
      run("\(command) memory DIR/file guest:0x40000000 +0x400000")
        == "error: interrupted: nothing was written to DIR/file\n")
    fixture.target.failures = [("m 0x41100000+1048576", RemoteError(.cancelled, "given up"))]
    #expect(
      run("\(command) memory DIR/file guest:0x40000000 +0x400000")
        == "error: interrupted: nothing was written to DIR/file\n")
    #expect(try folder.text(of: "file") == "before")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test(arguments: ["binary", "ihex", "srec"], ["guest", "ipa", "pa", "hv"])
  func restoredMemoryIsAsItWas(format: String, space: String) throws {
    let start: UInt64 = ["guest", "ipa"].contains(space) ? 0x403f_e800 : 0x413f_e800
    let place = "\(space):0x" + String(start, radix: 16)
    let bytes = (0..<0x2400).map { _ in UInt8.random(in: 0...255) }
    let session = try fixture.session
    let addressSpace = AddressSpace(try #require(AddressSpace.Kind(rawValue: space)))
    try session.memory.write(addressSpace, start, bytes)
    #expect(run("dump \(format) memory DIR/file \(place) +0x2400").hasPrefix("dumped 9216 bytes"))
    try session.memory.write(addressSpace, start, [UInt8](repeating: 0xee, count: 0x2400))
    let offset = format == "binary" ? "binary \(place)" : "\(space):0"
    let text = run("restore DIR/file \(offset)")
    // A guest's goes to two places.
    #expect(text.hasPrefix("restored 9216 bytes of DIR/file to \(place)"), "\(text)")
    #expect(text.count { $0 == "\n" } == (["guest", "ipa"].contains(space) ? 3 : 1), "\(text)")
    #expect(try session.memory.read(addressSpace, start, byteCount: 0x2400) == bytes)
  }

  @Test func restoring() throws {
    let url = URL(fileURLWithPath: folder.path + "/file")
    try Data(Array("0123456789".utf8)).write(to: url)
    try Data(":0100000055AA\r\n:0100200066 79\r\n".utf8).write(
      to: url.deletingLastPathComponent().appendingPathComponent("damaged"))
    try Data(":0100000055AA\r\n:010020006679\r\n:00000001FF\r\n".utf8).write(
      to: url.deletingLastPathComponent().appendingPathComponent("two"))
    let lines = [
      "restore DIR/file binary 0x40300000", "x/s 0x40300000",
      "restore DIR/file binary guest:0x40300100 3 5", "x/s 0x40300103",
      "restore DIR/two 0x40300200", "x/xb 0x40300200", "x/xb 0x40300220",
      "restore DIR/two ipa:0x40300300 0x10", "x/xb ipa:0x40300320",
      "restore", "restore DIR/file", "restore DIR/file binary",
      "restore DIR/none binary 0x40300000",
      "restore DIR/file 0x40300000", "restore DIR/damaged 0x40300000",
      "restore DIR/file binary 0x40300000 10", "restore DIR/file binary 1 2 3 4",
      "restore DIR binary 0x40300000", "restore DIR/file binary 0xfffffffffffffff8",
      "restore DIR/file binary guest:0x50000000",
    ]
    try GoldenText.expect(transcript(lines), "restore")
  }

  /// What was written before the page that is refused stays, and is said.
  @Test func aRefusedPart() throws {
    let bytes = (0..<0x5000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/file"))
    #expect(
      run("restore DIR/file binary guest:0x403ff800") == """
        restored 10240 of 20480 bytes of DIR/file to guest:0x403ff800:
          guest:0x403ff800 -> ipa:0x403ff800 -> pa:0x413ff800, 2048 bytes
          guest:0x40400000 -> ipa:0x40400000 -> pa:0x43001000, 4096 bytes
          guest:0x40401000 -> ipa:0x40401000 -> pa:0x43000000, 4096 bytes
        error: cannot access guest:0x40402000: stage 2 ends at an invalid descriptor of level 3

        """)
    let written = try fixture.session.memory.read(.guest, 0x403f_f800, byteCount: 10_240)
    #expect(written == Array(bytes.prefix(10_240)))
  }

  /// Many places: the first are shown, and how many more there are.
  @Test func memoryInManyPlaces() throws {
    // A table of pages, each of which leads to the page of its number with the lowest bit changed.
    _ = fixture.target.memory.write(littleEndian(0x4420_0003), at: 0x4400_1018, .physical)
    for index in 0..<20 as Range<UInt64> {
      let output = 0x4200_0000 + (index ^ 1) << 12
      _ = fixture.target.memory.write(
        littleEndian(output | 0x7ff), at: 0x4420_0000 + index * 8, .physical)
    }
    try Data([UInt8](repeating: 7, count: 20 << 12)).write(
      to: URL(fileURLWithPath: folder.path + "/file"))
    let text = run("restore DIR/file binary ipa:0x40600000")
    #expect(
      text.hasPrefix(
        """
        restored 81920 bytes of DIR/file to ipa:0x40600000:
          ipa:0x40600000 -> pa:0x42001000, 4096 bytes
          ipa:0x40601000 -> pa:0x42000000, 4096 bytes

        """), "\(text)")
    #expect(text.hasSuffix("\n  and 4 more places\n"), "\(text)")
    #expect(text.count { $0 == "\n" } == 18)
  }

  @Test func anInterruptedRestoreSaysWhatItWrote() throws {
    try Data([UInt8](repeating: 7, count: 0x20_0000)).write(
      to: URL(fileURLWithPath: folder.path + "/file"))
    fixture.raise(.interrupt)
    #expect(
      run("restore DIR/file binary guest:0x40000000") == """
        restored 1048576 of 2097152 bytes of DIR/file to guest:0x40000000 -> ipa:0x40000000 -> pa:0x41000000
        error: interrupted

        """)
  }

  // MARK: disassemble

  @Test func disassembling() throws {
    // adrp x0, 0x40200000; add x0, x0, #0x20; ldr x1, 0x40300210; ldr w2, 0x40300214; 0x40200010
    write(
      [
        0x00, 0xf8, 0xff, 0x90, 0x00, 0x80, 0x00, 0x91, 0x41, 0x00, 0x00, 0x58, 0x42, 0x00, 0x00,
        0x18, 0x10, 0x00, 0x20, 0x40, 0, 0, 0, 0,
      ], at: 0x4030_0200)
    let lines = [
      "disassemble", "disas store8", "disassemble hv:vmexit_trampoline", "disassemble /r $pc, +8",
      "disassemble $pc - 8, $pc + 8", "disassemble pa:0x41200010, pa:0x41200018",
      "disassemble 0x40300020", "disassemble 0x40000004", "disassemble 0x403ffff8",
      "disassemble ipa:$guest.pc", "disassemble 0x403ffff8, +16", "disassemble 0x40401ff8, +16",
      "disassemble /m", "disassemble /s $pc", "disassemble /x", "disassemble 1, 2, 3",
      "disassemble guest:0x40300200, +16", "disassemble $pc, $pc", "disassemble guest:0x50000000",
      "disassemble nothing",
    ]
    try GoldenText.expect(transcript(lines), "disassemble")
  }

  @Test func disassemblingWithSource() throws {
    try fixture.target.standInCode()
    let text = fixture.run("disassemble /s serve")
    // Compilers differ in instructions: lines and the call's target are the same.
    #expect(text.contains("hypervisor.c:\n14\t"))
    #expect(text.contains("\n\n15\t"))
    #expect(text.contains(" <count_exits>\n"))
  }
}
