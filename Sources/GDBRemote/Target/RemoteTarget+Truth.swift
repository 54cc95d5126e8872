// A write that a stub answered with OK is read back, once for each kind of register or page.

extension RemoteTarget {
  static let replaying = RemoteError(
    .replaying, "the machine replays a recording, in which nothing can be changed")

  /// The parts of a memory write that are read back: a few bytes of each page that isn't known to
  /// keep what is written. None while threads run, as their writes could look like a failure.
  func samples(_ address: UInt64, _ byteCount: Int) -> [RequestPlan.Sample] {
    guard verifiesWrites, !isNonStop else { return [] }
    var samples: [RequestPlan.Sample] = []
    var start = 0
    while start < byteCount {
      let first = address &+ UInt64(start)
      let rest = Int(WriteTruth.pageByteCount - first % WriteTruth.pageByteCount)
      let end = min(start + rest, byteCount)
      if !writeTruth.keeps(page: first) {
        let sampleEnd = min(start + WriteTruth.sampleByteCount, end)
        samples.append(RequestPlan.Sample(address: first, range: start..<sampleEnd))
      }
      start = end
    }
    return samples
  }

  /// Throws if readable memory doesn't hold what was written. A page that already held it proves
  /// nothing.
  func checkSample(
    _ sample: RequestPlan.Sample, of bytes: [UInt8], old: [UInt8], new: [UInt8]
  ) throws(RemoteError) {
    let wanted = bytes[sample.range]
    let found: [UInt8]
    do throws(RemoteError) {
      found = try MemoryReply.bytes(new, at: sample.address, byteCount: sample.range.count)
    } catch {
      // Write-only memory can't be checked.
      guard error.code == .memoryUnreadable else { throw error }
      return
    }
    guard found.elementsEqual(wanted.prefix(found.count)) else {
      throw RemoteError(
        .writeIgnored,
        "the stub accepted the memory write at 0x\(String(sample.address, radix: 16)) but did "
          + "not carry it out: it may be a device, or read-only")
    }
    guard found.count == sample.range.count,
      let before = try? MemoryReply.bytes(
        old, at: sample.address, byteCount: sample.range.count), before != found
    else { return }
    writeTruth.notePage(sample.address)
  }

  /// Checks the answers to a write of a register: the OK and, if the write is verified, the values
  /// before and after.
  func checkWrite(
    _ register: RegisterDescription, _ bytes: [UInt8], _ replies: [[UInt8]], isChecked: Bool
  ) throws(RemoteError) {
    let what = "the write of \(register.name)"
    guard isChecked, replies.count == 3 else {
      return try StandardReply.requireOK(replies.first ?? [], of: what)
    }
    try StandardReply.requireOK(replies[1], of: what)
    // A write-only register can't be checked.
    guard let found = try? registerBytes(replies[2], of: register) else { return }
    if let old = try? registerBytes(replies[0], of: register) {
      writeTruth.note(
        register, wrote: bytes, over: old, found: found,
        isPretended: register.group.map { profile.traits.pretendedRegisterGroups.contains($0) }
          ?? false)
    }
    guard found == bytes else { throw writeIgnored(register, found) }
  }

  func writeIgnored(_ register: RegisterDescription, _ value: [UInt8]?) -> RemoteError {
    guard let value else {
      return RemoteError(
        .writeIgnored,
        "the stub accepts writes of registers such as \(register.name) but doesn't carry them out")
    }
    var text: [UInt8] = []
    for byte in value.reversed() { Hex.append(byte: byte, to: &text) }
    return RemoteError(
      .writeIgnored,
      "the stub accepted the write of \(register.name) but did not carry it out: its value is "
        + "0x\(String(decoding: text, as: UTF8.self))")
  }
}
