@testable import GDBRemote

extension FuzzTarget {
  /// A whole target, with a stub that sends anything. The first line of an input is what the client
  /// does, a letter for each call; the others are what the stub sends, see `ScriptedTransport`.
  static let session = FuzzTarget(name: "session") { input in _ = try SessionRun(input) }
}

/// One session by a script, from the connection to the last call.
struct SessionRun {
  /// How many calls were made, if the target was created.
  private(set) var callCount: Int?
  /// The calls that threw, and what.
  private(set) var failures: [String] = []

  let transport: ScriptedTransport

  /// Throws an `OracleFailure`.
  init(_ input: [UInt8]) throws {
    let end = input.firstIndex(of: 0x0a) ?? input.endIndex
    transport = ScriptedTransport(input[end...].dropFirst())
    defer { transport.close() }
    let target: RemoteTarget
    do throws(RemoteError) {
      target = try RemoteTarget(transport: transport)
    } catch {
      failures.append("\(error)")
      try require(transport.isClosed, "a target that did not come about is still connected")
      try checkWrites()
      return
    }
    let calls = input[..<end].prefix(64)
    for letter in calls { try carryOut(Character(UnicodeScalar(letter)), target) }
    callCount = calls.count
    try checkWrites()
  }

  /// Makes one call, and checks the common invariants.
  private mutating func carryOut(_ letter: Character, _ target: RemoteTarget) throws {
    let before = target.state
    let writeCount = transport.writes.count
    do {
      try SessionRun.call(letter, target)
    } catch let error as RemoteError {
      failures.append("\(letter): \(error)")
    }
    let writes = transport.writes[writeCount...]
    switch before {
    case .running
    where !"kd".contains(letter) && !target.profile.acknowledges && !target.isNonStop:
      // Any byte would stop the machine. Only a damaged packet, which may be its stop, is asked for
      // again; and the request to run is sent again, but not forever, to a stub that rejects it.
      let run = transport.writes[..<writeCount].last { $0.first == UInt8(ascii: "$") } ?? []
      let runs = writes.filter {
        $0.count > 1 && !$0.starts(with: Array("$F".utf8)) && run.suffix($0.count) == $0[...]
      }
      try require(runs.count <= 3, "'\(letter)' sent the request to run \(runs.count) times")
      try require(
        writes.allSatisfy {
          $0 == [0x03] || $0 == [0x2d] || $0.starts(with: Array("$F".utf8)) || runs.contains($0)
        },
        "'\(letter)' wrote \(writes.map { String(decoding: $0, as: UTF8.self) }) while it ran")
    case .ended where "RASX".contains(letter): break
    case .ended, .disconnected:
      try require(writes.isEmpty, "'\(letter)' wrote something after the end")
    case .stopped, .running: break
    }
    try require(target.takeConsoleOutput().count <= transport.readByteCount, "output from nowhere")
  }

  private static func call(_ letter: Character, _ target: RemoteTarget) throws {
    switch letter {
    case "c": try target.resume(.continue())
    case "C": try target.resume(.continue(at: 0x1004), after: [.generalRegisters])
    case "s": try target.resume(.step())
    case "r": try target.resume(.reverseStep)
    case "0": try target.interrupt()
    case ".": _ = try target.poll()
    case "w": _ = try target.waitForStop(timeout: .seconds(5))
    case "x": _ = try target.stepPastWatchpoint(timeout: .seconds(5))
    case "B": _ = try target.stepPastBreakpoint(timeout: .seconds(5))
    case "l": _ = try target.step(in: 0x1000..<0x1010, timeout: .seconds(5))
    case "Z": try target.insertBreakpoint(.software, at: 0x1000)
    case "z": try target.removeBreakpoint(.software, at: 0x1000)
    case "W": try target.insertBreakpoint(.writeWatch, at: 0x2000, length: 8)
    case "f": try target.removeForeignBreakpoints()
    case "N": try target.setNonStop(true)
    case "u": try target.setNonStop(false)
    case "X": try target.enableExtendedMode()
    case "R": _ = try target.run("/bin/true", arguments: ["a b"])
    case "A": _ = try target.attach(toProcess: 2)
    case "S": _ = try target.restart()
    case "d": try target.detach()
    case "D": target.disconnect()
    case "k": try target.kill()
    default: try ask(letter, target)
    }
  }

  /// The calls that don't move the target.
  private static func ask(_ letter: Character, _ target: RemoteTarget) throws {
    let first = target.registers.all.first
    switch letter {
    case "g": _ = try target.readGeneralRegisters()
    case "G":
      let registers = try target.readGeneralRegisters()
      try target.writeGeneralRegisters(registers, registers.bytes)
    case "p": if let first { _ = try target.readRegister(first) }
    case "P":
      if let first { try target.writeRegister(first, Array(repeating: 1, count: first.byteCount)) }
    case "i": _ = try target.readInteger("pc")
    case "I": try target.writeInteger("cpsr", 0x3c5)
    case "m": try requireEqual(target.readMemory(at: 0x1000, byteCount: 4).count, 4, "bytes")
    case "n":
      try requireEqual(target.readMemory(at: .max, byteCount: 3000).count, 3000, "bytes")
    case "v": try require(target.readMemory(at: 0, upTo: 100).count <= 100, "too many bytes")
    case "M": try target.writeMemory(at: 0x1000, Array("#$}*".utf8))
    case "b":
      let requests: [Request] = [
        .generalRegisters, .memory(at: 0, byteCount: 8), .writeMemory(at: 0, [1]),
      ]
      try requireEqual(target.batch(requests).count, requests.count, "answers")
    case "y": try target.physicalMemory { _ = try target.readMemory(at: 0, byteCount: 1) }
    case "t": for thread in try target.threads().prefix(2) { try target.select(thread) }
    case "T": _ = try target.threadDescription(ThreadID(process: 1, thread: 2))
    case "h": _ = try target.isAlive(ThreadID(process: 1, thread: 2))
    case "q": _ = try target.monitor("info")
    case "K": try target.setStepMask(1)
    case "e": _ = try target.executablePath()
    case "o": _ = try target.readObject("threads")
    case "F": _ = try target.readFile("/proc/version")
    case "U": try target.writeFile("/tmp/file", Array("#$}*".utf8))
    case "L": _ = try target.readLink("/proc/self/exe")
    case "a": _ = try target.isAttached()
    default: break
    }
  }

  /// A client writes only packets, acknowledgements and interrupts.
  private func checkWrites() throws {
    var decoder = PacketDecoder()
    var interruptionCount = 0
    for bytes in transport.writes {
      if bytes == [0x03] { interruptionCount += 1 }
      decoder.append(bytes)
    }
    while let frame = decoder.next() {
      try require(frame != .damaged, "the client wrote a damaged packet")
      if case .notification = frame { try require(false, "the client wrote a notification") }
    }
    try requireEqual(decoder.discardedByteCount, interruptionCount, "bytes that are no packet")
  }
}
