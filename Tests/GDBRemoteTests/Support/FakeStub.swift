@testable import GDBRemote

/// A stub in memory that has QEMU 7.2's quirks, one byte after the other as QEMU reads them.
///
/// Its CPU executes instructions of four bytes that do nothing. It is at a loop's end when the
/// program counter reaches `loopEnd`, and then runs until something stops it.
final class FakeStub: Transport {
  enum Kind {
    case qemu, plain
    /// QEMU's user-mode emulator: it expects a `+` for each packet, and treats any other byte as a request
    /// to resend the packet.
    case qemuUser
  }

  let fileDescriptor: Int32 = -1
  let peerDescription = "the fake"

  // What a test sets.
  var kind = Kind.qemu
  var features = "PacketSize=1000;qXfer:features:read+;vContSupported+;multiprocess+"
  var documents = FakeStub.smallDescription
  var answers: [String: String] = [:]
  /// Answers a packet in its own way, with any number of packets; nil leaves it to the stub.
  var respond: ((String) -> [String]?)?
  /// The same, with one packet of bytes.
  var respondInBytes: ((String) -> [UInt8]?)?
  /// Handles `G` correctly, unlike QEMU.
  var keepsWholeWrites = false
  /// Knows `X`.
  var takesBinaryWrites = false
  var memory: [UInt64: UInt8] = [:]
  var threadCount = 1
  var monitorOutput = "hello world\n"
  var isMute = false
  var canGoAway = true
  /// It has gone, but what it has sent can still be read.
  var hasCrashed = false
  /// Damages the next packets that are sent.
  var damageCount = 0
  /// Asks for the next packets again.
  var rejectionCount = 0

  // What a test looks at.
  private(set) var packets: [String] = []
  private(set) var writes: [[UInt8]] = []
  private(set) var isRunning = false
  private(set) var swallowedByteCount = 0
  private(set) var acknowledgementCount = 0
  private(set) var negativeCount = 0
  private(set) var sentPacketCount = 0
  private(set) var isClosed = false
  var breakpoints: [BreakpointLocation] = []
  var general = [UInt64](repeating: 0, count: 33)
  var cpsr: UInt64 = 0x3c9
  var esr: UInt64 = 0x5600_0000
  var physicalMode = false
  var loopEnd: UInt64 = 0x5000
  var watchedAccess: UInt64?

  private var output: [UInt8] = []
  private var hasDescribed = false
  private var input: [UInt8]?
  private var checksumDigits: [UInt8]?
  private var acknowledges = true
  private var lastSent: [UInt8] = []
  private var isAwaitingAcknowledgement = false
  private var unsent: [[UInt8]] = []
  private var nextThread = 0

  var pc: UInt64 {
    get { general[32] }
    set { general[32] = newValue }
  }

  static let smallDescription = [
    "target.xml": """
    <?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target>\
    <architecture>aarch64</architecture><xi:include href="core.xml"/>\
    <xi:include href="system.xml"/></target>
    """,
    "core.xml": "<?xml version=\"1.0\"?><feature name=\"org.gnu.gdb.aarch64.core\">"
      + (0..<31).map { "<reg name=\"x\($0)\" bitsize=\"64\"/>" }.joined()
      + "<reg name=\"sp\" bitsize=\"64\" type=\"data_ptr\"/>"
      + "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/><reg name=\"cpsr\" bitsize=\"32\"/>"
      + "</feature>",
    "system.xml": "<feature name=\"org.qemu.gdb.arm.sys.regs\">"
      + "<reg name=\"ESR_EL2\" bitsize=\"64\" regnum=\"72\" group=\"cp_regs\"/>"
      + "<reg name=\"SCTLR\" bitsize=\"64\" regnum=\"73\" group=\"cp_regs\"/></feature>",
  ]

  /// The machine runs when the client connects: QEMU stops it and reports that.
  func beginRunning() { send("T02thread:p01.01;") }

  func fill(_ range: Range<UInt64>) {
    for address in range { memory[address] = UInt8(truncatingIfNeeded: address ^ (address >> 8)) }
  }

  func fillWith(_ bytes: [UInt8]) {
    for (index, byte) in bytes.enumerated() { memory[UInt64(index)] = byte }
  }

  // MARK: Transport

  /// Data that is sent repeatedly, whatever is asked.
  var flood: [UInt8] = []
  /// How long each answer takes.
  var answerTime = Duration.zero
  /// Time passes only with answers.
  private(set) var now = ContinuousClock.now

  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    output += flood
    if !output.isEmpty { now += answerTime }
    if output.isEmpty { return isClosed || hasCrashed ? .closed : .nothing }
    buffer += output
    defer { output = [] }
    return .bytes(output.count)
  }

  /// Time doesn't pass here: what isn't there won't arrive.
  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    !output.isEmpty || hasCrashed
  }

  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    if isClosed || hasCrashed { throw RemoteError(.connectionClosed, "gone") }
    writes.append(bytes)
    for byte in bytes { take(byte) }
  }

  func close() { isClosed = true }

  // MARK: Bytes

  func send(_ payload: String) { send(Array(payload.utf8)) }

  func send(_ payload: [UInt8]) {
    // QEMU does not wait for the acknowledgement of what it sent before, others do.
    if kind == .plain, acknowledges, isAwaitingAcknowledgement {
      unsent.append(payload)
    } else {
      transmit(payload)
    }
  }

  private func transmit(_ payload: [UInt8]) {
    sentPacketCount += 1
    lastSent = PacketEncoder.frame(payload)
    isAwaitingAcknowledgement = true
    if damageCount > 0 {
      damageCount -= 1
      output += lastSent.dropLast() + [UInt8(ascii: "~")]
    } else {
      output += lastSent
    }
  }

  func sendRaw(_ bytes: [UInt8]) { output += bytes }

  private func take(_ byte: UInt8) {
    if isAwaitingAcknowledgement, kind == .qemuUser {
      if byte == UInt8(ascii: "+") { isAwaitingAcknowledgement = false } else { output += lastSent }
      return
    }
    if isAwaitingAcknowledgement, acknowledges {
      if byte == UInt8(ascii: "+") { acknowledgementCount += 1 }
      if byte == UInt8(ascii: "-") {
        negativeCount += 1
        output += lastSent
      }
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "$") {
        isAwaitingAcknowledgement = false
      }
      if byte == UInt8(ascii: "$") { unsent = [] }
      if byte == UInt8(ascii: "+"), !unsent.isEmpty { transmit(unsent.removeFirst()) }
      if byte != UInt8(ascii: "$") { return }
    }
    if isRunning, kind == .plain, byte != 3 { return }
    if isRunning {
      swallowedByteCount += 1
      isRunning = false
      if canGoAway { send("T02thread:p01.01;") }
      return
    }
    if let digits = checksumDigits {
      checksumDigits = digits + [byte]
      guard digits.count == 1, let payload = input else { return }
      checksumDigits = nil
      input = nil
      var given: [UInt8] = []
      Hex.append(byte: PacketChecksum.sum(payload), to: &given)
      guard given == digits + [byte] else {
        if acknowledges { output.append(UInt8(ascii: "-")) }
        return
      }
      if rejectionCount > 0 {
        rejectionCount -= 1
        output.append(UInt8(ascii: "-"))
        return
      }
      // QEMU's buffer holds 4095 characters; a longer packet is forgotten.
      guard payload.count <= 4095 else { return }
      if acknowledges { output.append(UInt8(ascii: "+")) }
      packets.append(String(decoding: payload, as: UTF8.self))
      if payload.first == UInt8(ascii: "X"), !isMute { return writeBytes(payload) }
      if !isMute { answer(packets[packets.count - 1]) }
    } else if byte == UInt8(ascii: "$") {
      input = []
    } else if byte == UInt8(ascii: "#"), input != nil {
      checksumDigits = []
    } else {
      input?.append(byte)
    }
  }

  // MARK: Packets

  private func answer(_ packet: String) {
    if let answer = respondInBytes?(packet) { return send(answer) }
    if let answers = respond?(packet) { return answers.forEach { send($0) } }
    if let answer = answers[packet] { return send(answer) }
    let arguments = packet.dropFirst()
    switch packet.first {
    case "q", "Q": query(packet)
    case "v": verb(packet)
    case "?":
      if kind == .qemu { breakpoints = [] }
      send("T05thread:p01.01;")
    case "H": send("OK")
    case "g": send(hex(bytes(of: general) + bytes(of: [cpsr]).prefix(4)))
    case "G":
      if keepsWholeWrites { return writeGeneral(Hex.bytes(Array(arguments.utf8)) ?? []) }
      // The length isn't checked.
      general = [UInt64](repeating: 0xdead, count: 33)
      send("OK")
    case "p": readRegister(Int(arguments, radix: 16) ?? -1)
    case "P": writeRegister(arguments)
    case "m": readMemory(arguments)
    case "M": writeMemory(arguments)
    case "Z", "z": breakpoint(packet)
    case "c":
      if let address = UInt64(arguments, radix: 16) { pc = address }
      run()
    case "s": step()
    case "b": hasCrashed = true
    case "D":
      if packet == "D;1" || kind == .plain && packet == "D" {
        send("OK")
        isRunning = true
        canGoAway = false
      } else {
        send("E22")
      }
    case "k": hasCrashed = true
    default: send("")
    }
  }

  private func query(_ packet: String) {
    if packet.hasPrefix("qSupported") { return send(features) }
    if packet.hasPrefix("qXfer:features:read:") { return transfer(packet.dropFirst(20)) }
    if packet.hasPrefix("qRcmd,"), kind == .qemuUser { return send("") }
    if packet.hasPrefix("qRcmd,") {
      // In two packets, as QEMU does with a long text.
      let half = monitorOutput.utf8.count / 2
      for part in [monitorOutput.utf8.prefix(half), monitorOutput.utf8.dropFirst(half)]
      where !part.isEmpty { send("O" + hex(Array(part))) }
      return send("OK")
    }
    switch packet {
    case "QStartNoAckMode" where features.contains("QStartNoAckMode+"):
      send("OK")
      acknowledges = false
    case "qqemu.Supported" where kind == .qemuUser: send("sstepbits;sstep")
    case "qqemu.Supported" where kind == .qemu: send("sstepbits;sstep;PhyMemMode")
    case "Qqemu.PhyMemMode:1" where kind == .qemu, "Qqemu.PhyMemMode:0" where kind == .qemu:
      physicalMode = packet.hasSuffix("1")
      send("OK")
    case "qfThreadInfo":
      nextThread = 1
      send("mp01.01")
    case "qsThreadInfo":
      nextThread += 1
      send(nextThread > threadCount ? "l" : "mp01.0\(nextThread)")
    default: send("")
    }
  }

  private func verb(_ packet: String) {
    if packet == "vCont?" { return send("vCont;c;C;s;S") }
    if packet == "vCont;c" { return run() }
    if packet.hasPrefix("vCont;s") { return step() }
    if packet == "vKill;1" {
      send("OK")
      send("W00")
      hasCrashed = true
      return
    }
    send("")
  }

  private func transfer(_ arguments: Substring) {
    let parts = arguments.split(separator: ":")
    let range = parts[1].split(separator: ",").compactMap { Int($0, radix: 16) }
    guard let text = documents[String(parts[0])] else { return send("E00") }
    hasDescribed = true
    let document = Array(text.utf8)
    let end = min(range[0] + range[1], document.count, range[0] + 700)
    let chunk = document[min(range[0], end)..<end]
    send([UInt8(ascii: end == document.count ? "l" : "m")] + chunk)
  }

  private func readRegister(_ number: Int) {
    guard hasDescribed else { return send("") }
    switch number {
    case 0..<33: send(hex(bytes(of: [general[number]])))
    case 33: send(hex(Array(bytes(of: [cpsr]).prefix(4))))
    case 72: send(hex(bytes(of: [esr])))
    case 73: send(hex(bytes(of: [0x30d5_0838])))
    default: send("E14")
    }
  }

  private func writeRegister(_ arguments: Substring) {
    guard hasDescribed else { return send("") }
    let parts = arguments.split(separator: "=")
    let number = Int(parts[0], radix: 16) ?? -1
    let value = RegisterDescription.integer(Hex.bytes(Array(parts[1].utf8)) ?? []) ?? 0
    if 0..<33 ~= number { general[number] = value }
    if number == 33 { cpsr = value }
    // A write to a system register gets OK, but changes nothing.
    send("OK")
  }

  private func writeGeneral(_ bytes: [UInt8]) {
    for index in 0..<33 {
      general[index] = RegisterDescription.integer(bytes[8 * index..<8 * index + 8]) ?? 0
    }
    send("OK")
  }

  private func writeBytes(_ payload: [UInt8]) {
    guard takesBinaryWrites, let colon = payload.firstIndex(of: UInt8(ascii: ":")) else {
      return send("")
    }
    let start = Hex.number(payload[1..<(payload.firstIndex(of: UInt8(ascii: ",")) ?? colon)]) ?? 0
    // The packets of a test are as they travel.
    var isEscaped = false
    var address = start
    for byte in payload[(colon + 1)...] {
      if !isEscaped, byte == UInt8(ascii: "}") {
        isEscaped = true
        continue
      }
      memory[address] = isEscaped ? byte ^ 0x20 : byte
      isEscaped = false
      address += 1
    }
    send("OK")
  }

  private func readMemory(_ arguments: Substring) {
    let range = arguments.split(separator: ",").compactMap { UInt64($0, radix: 16) }
    guard range[1] <= 0x800 else { return send("E22") }
    var bytes: [UInt8] = []
    for offset in 0..<range[1] {
      guard let byte = memory[range[0] &+ offset] else { return send("E14") }
      bytes.append(byte)
    }
    send(hex(bytes))
  }

  private func writeMemory(_ arguments: Substring) {
    let halves = arguments.split(separator: ":")
    let start = UInt64(halves[0].split(separator: ",")[0], radix: 16) ?? 0
    for (offset, byte) in (Hex.bytes(Array(halves[1].utf8)) ?? []).enumerated() {
      memory[start &+ UInt64(offset)] = byte
    }
    send("OK")
  }

  private func breakpoint(_ packet: String) {
    let fields = packet.dropFirst().split(separator: ",")
    guard let kind = Int(fields[0]).flatMap(BreakpointKind.init(rawValue:)) else {
      return send("")
    }
    // Software and hardware breakpoints are the same thing.
    let location = BreakpointLocation(
      kind == .hardware ? .software : kind, at: UInt64(fields[1], radix: 16) ?? 0,
      byteCount: Int(fields[2], radix: 16) ?? 0)
    if packet.hasPrefix("Z") {
      breakpoints.append(location)
      send("OK")
    } else if let index = breakpoints.firstIndex(of: location) {
      breakpoints.remove(at: index)
      send("OK")
    } else {
      send("E22")
    }
  }

  // MARK: The machine

  private func run() {
    while pc < loopEnd {
      if breakpoints.contains(where: { $0.kind == .software && $0.address == pc }) {
        return send("T05thread:p01.01;")
      }
      if stopsAtWatchpoint() { return }
      pc += 4
    }
    isRunning = true
  }

  private func step() {
    if stopsAtWatchpoint() { return }
    pc += 4
    send("T05thread:p01.01;")
  }

  /// Arm stops before the access.
  private func stopsAtWatchpoint() -> Bool {
    guard let watchedAccess, pc == 0x1008,
      breakpoints.contains(where: { $0.kind == .writeWatch && $0.address == watchedAccess })
    else { return false }
    send("T05thread:p01.01;watch:\(String(watchedAccess, radix: 16));")
    return true
  }

  /// The running machine stops by itself.
  func stop(_ reply: String) {
    isRunning = false
    send(reply)
  }

  private func bytes(of values: [UInt64]) -> [UInt8] {
    values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }

  private func hex(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    Hex.append(bytes, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }
}
