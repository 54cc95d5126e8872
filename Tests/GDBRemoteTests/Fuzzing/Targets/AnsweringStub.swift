@testable import GDBRemote

/// The right answers of a small stub, for the parts of a script that do not matter. It remembers what
/// is written, as a client may read it back, and every run ends at once.
struct AnsweringStub {
  private var isQEMU = false
  private var isNonStop = false
  /// The answers to `p` and `m`, by the request.
  private var values: [String: String] = [:]

  private static let features =
    "PacketSize=1000;qXfer:features:read+;vContSupported+;multiprocess+"
  private static let description = """
    l<target><architecture>aarch64</architecture><feature name="org.gnu.gdb.aarch64.core">\
    <reg name="x0" bitsize="64"/><reg name="pc" bitsize="64"/><reg name="cpsr" bitsize="32"/>\
    </feature></target>
    """

  /// Longer prefixes come first.
  private static let answers = [
    ("qSupported", features), ("qRcmd", "OK"), ("vCont?", "vCont;c;C;s;S;t;r"),
    ("vCont", "T05thread:p01.01;"), ("vRun", "T05thread:p01.01;"), ("vAttach", "T05thread:p01.01;"),
    ("qXfer:features:read", description), ("qXfer", "l<threads/>"), ("qfThreadInfo", "mp01.01"),
    ("qsThreadInfo", "l"), ("qThreadExtraInfo", "4350"), ("qAttached", "1"),
    ("vFile:open", "F3"), ("vFile:pread", "F0;"), ("vFile:pwrite", "F4"),
    ("vFile:readlink", "F4;/bin"), ("vFile", "F0"), ("vStopped", "OK"), ("vMustReplyEmpty", ""),
    ("vKill", "OK"), ("x", "b"), ("?", "T05thread:p01.01;"), ("c", "T05thread:p01.01;"),
    ("s", "T05thread:p01.01;"), ("C", "T05thread:p01.01;"), ("S", "T05thread:p01.01;"),
    ("b", "T05thread:p01.01;"),
  ]

  mutating func answer(to packet: [UInt8]) -> [UInt8] {
    let request = String(decoding: packet, as: UTF8.self)
    if request.hasPrefix("qSupported") { isQEMU = true }
    if request.hasPrefix("qqemu") {
      return Array((isQEMU ? "sstepbits;sstep;PhyMemMode" : "").utf8)
    }
    if request.hasPrefix("QNonStop") { isNonStop = request.hasSuffix("1") }
    if isNonStop, request.hasPrefix("vCont;") { return Array("OK".utf8) }
    if let answer = Self.answers.first(where: { request.hasPrefix($0.0) }) {
      return Array(answer.1.utf8)
    }
    switch request.first {
    case "g": return Array(String(repeating: "0", count: 40).utf8)
    case "p": return Array((values[request] ?? String(repeating: "0", count: 16)).utf8)
    case "P", "M":
      let halves = request.split(separator: request.first == "P" ? "=" : ":", maxSplits: 1)
      if halves.count == 2 { values[halves[0].lowercased()] = String(halves[1]) }
      return Array("OK".utf8)
    case "m":
      let byteCount = request.split(separator: ",").last.flatMap { Int($0, radix: 16) } ?? 0
      let zeros = String(repeating: "00", count: min(byteCount, 1 << 12))
      return Array((values[request] ?? zeros).utf8)
    case "v", "q", "j": return []
    default: return Array("OK".utf8)
    }
  }
}
