import Testing

@testable import GDBRemote

struct MessageTests {
  @Test(arguments: [
    ("p01.01", ThreadID(process: 1, thread: 1), "p1.1"),
    ("-1", ThreadID.all, "-1"),
    ("0", ThreadID.any, "0"),
    ("1f", ThreadID(thread: 31), "1f"),
    ("p-1.-1", ThreadID(process: -1, thread: -1), "p-1.-1"),
    ("p2", ThreadID(process: 2, thread: -1), "p2.-1"),
  ])
  func readsThreads(text: String, thread: ThreadID, description: String) {
    #expect(ThreadID(parsing: text.utf8) == thread)
    #expect(thread.description == description)
  }

  @Test(arguments: ["", "p", "p1.", "x", "p.1", "-2", "1 ", "11112222333344445"])
  func refusesOtherThreads(text: String) {
    #expect(ThreadID(parsing: text.utf8) == nil)
  }

  @Test func readsFeatures() {
    let features = SupportedFeatures(
      parsing: Array("PacketSize=1000;qXfer:features:read+;swbreak-;x?;;bare;=;+".utf8))
    #expect(features.packetSize == 4096)
    #expect(features.has("qXfer:features:read"))
    #expect(!features.has("swbreak"))
    #expect(features.values["swbreak"] == .unsupported)
    #expect(features.values["x"] == .unknown)
    #expect(features.values["bare"] == nil)
  }

  /// lldb-server answers with a decimal number, some stubs with none or with nonsense.
  @Test(arguments: [
    ("PacketSize=131072", 0x131072), ("", nil), ("PacketSize=zz", nil), ("PacketSize=1", nil),
  ])
  func readsPacketSizes(text: String, size: Int?) {
    #expect(SupportedFeatures(parsing: Array(text.utf8)).packetSize == size)
  }

  @Test(arguments: [
    ("OK", StandardReply.ok), ("", .unsupported), ("E22", .error(number: 0x22, text: "")),
    ("E.no memory", .error(number: nil, text: "no memory")),
    ("E0e;6f6f7073", .error(number: 14, text: "oops")),
    ("E1", .other), ("E012", .other), ("Exx", .other), ("OKAY", .other), ("0123", .other),
  ])
  func readsStandardReplies(text: String, reply: StandardReply) {
    #expect(StandardReply(Array(text.utf8)) == reply)
  }

  @Test(arguments: [
    ("mp01.01", ThreadList.more([ThreadID(process: 1, thread: 1)])),
    ("m1,2,", .more([ThreadID(thread: 1), ThreadID(thread: 2)])), ("l", .end), ("m", nil),
    ("OK", nil),
  ])
  func readsThreadLists(text: String, list: ThreadList?) {
    #expect(ThreadList(parsing: Array(text.utf8)) == list)
  }

  @Test func readsUnavailableRegisters() {
    let raw = RegisterBytes(parsing: Array("01xx0a".utf8))
    #expect(raw == RegisterBytes([1, 0, 10], missing: [1]))
    #expect(RegisterBytes(parsing: Array("01x".utf8)) == nil)
    #expect(RegisterBytes(parsing: Array("0gxx".utf8)) == nil)
  }

  /// GDB manual, Packets: the form of each command.
  @Test func writesCommands() {
    func text(_ command: Command) -> String { String(decoding: command.payload, as: UTF8.self) }
    #expect(
      text(.readMemory(at: 0xffff_0000_4008_0000, byteCount: 0x800)) == "mffff000040080000,800")
    #expect(text(.writeMemory(at: 0, [0, 0xab])) == "M0,2:00ab")
    #expect(text(.readRegister(72)) == "p48")
    #expect(text(.writeRegister(32, [1, 2])) == "P20=0102")
    #expect(text(.insertBreakpoint(.init(.accessWatch, at: 0x10, byteCount: 8))) == "Z4,10,8")
    #expect(text(.continue(at: 0x4008_0004)) == "c40080004")
    #expect(text(.resume([.init(.step, ThreadID(process: 1, thread: 2))])) == "vCont;s:p1.2")
    #expect(text(.detach(process: 1)) == "D;1")
    #expect(text(.monitor("info")) == "qRcmd,696e666f")
  }
}

struct StopReplyTests {
  static let thread = ThreadID(process: 1, thread: 1)

  @Test(arguments: [
    ("S05", StopReply.signal(StopEvent(signal: 5))),
    ("T05thread:p01.01;", .signal(StopEvent(signal: 5, thread: thread))),
    ("T02", .signal(StopEvent(signal: 2))),
    (
      "T05thread:p01.01;watch:ffff000012345678;",
      .signal(
        StopEvent(
          signal: 5, thread: thread, reason: .watchpoint(.write, address: 0xffff_0000_1234_5678)))
    ),
    ("T05rwatch:10;", .signal(StopEvent(signal: 5, reason: .watchpoint(.read, address: 16)))),
    ("T05awatch:10;", .signal(StopEvent(signal: 5, reason: .watchpoint(.access, address: 16)))),
    (
      "T0520:0000084000000000;21:c9030000;core:3;swbreak:;",
      .signal(
        StopEvent(
          signal: 5, reason: .softwareBreakpoint, core: 3,
          registers: [
            .init(number: 0x20, bytes: [0, 0, 8, 0x40, 0, 0, 0, 0]),
            .init(number: 0x21, bytes: [0xc9, 3, 0, 0]),
          ]))
    ),
    ("T05hwbreak:;", .signal(StopEvent(signal: 5, reason: .hardwareBreakpoint))),
    ("T05library:;", .signal(StopEvent(signal: 5, reason: .library))),
    ("T05replaylog:begin;", .signal(StopEvent(signal: 5, reason: .replayLog("begin")))),
    (
      "T05fork:p2.2;",
      .signal(StopEvent(signal: 5, reason: .event(name: "fork", value: "p2.2")))
    ),
    (
      "T05reason:trace;metype:6;",
      .signal(
        StopEvent(
          signal: 5,
          otherFields: [.init(name: "reason", value: "trace"), .init(name: "metype", value: "6")]))
    ),
    ("W00", .exited(status: 0, process: nil)),
    ("W03;process:1", .exited(status: 3, process: 1)),
    ("X09;process:a", .terminated(signal: 9, process: 10)),
    ("w00;p1.2", .threadExited(status: 0, thread: ThreadID(process: 1, thread: 2))),
    ("N", .noThreadsResumed),
  ])
  func reads(text: String, reply: StopReply) {
    #expect(StopReply(parsing: Array(text.utf8)) == reply)
  }

  @Test(arguments: ["", "S", "S5", "S055", "T", "Txx", "W", "Wx", "w00", "NO", "OK", "E01", "O41"])
  func refusesOthers(text: String) {
    #expect(StopReply(parsing: Array(text.utf8)) == nil)
  }

  @Test func keepsMalformedFields() {
    let reply = StopReply(parsing: Array("T05thread:zz;watch:;20:1;;:;core".utf8))
    #expect(reply?.thread == nil)
    #expect(reply?.event?.reason == nil)
    #expect(reply?.event?.registers == [])
    #expect(reply?.event?.otherFields.map(\.name) == ["thread", "watch", "20", "", "core"])
  }

  @Test func survivesNoise() {
    let alphabet = Array("TSWXwN0123456789abcdefp.:;-threadwatchcore".utf8)
    var generator = SplitMix64(state: 3)
    var readable = 0
    for _ in 0..<20_000 {
      let noise = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator)!
      }
      if StopReply(parsing: Array("T05".utf8) + noise) != nil { readable += 1 }
      _ = StopReply(parsing: noise)
    }
    #expect(readable == 20_000)
  }
}
