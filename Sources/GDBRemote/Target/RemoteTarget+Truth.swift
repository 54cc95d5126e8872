// A stub's OK to a write is read back once for each kind of what is written.

extension RemoteTarget {
  static let replaying = RemoteError(
    .replaying, "the machine plays a recording back, in which nothing can be changed")

  /// What of a write to memory is read back: a few bytes of each page of which it is not known
  /// whether it keeps what is written. While threads run their writes could be taken for a failure.
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

  /// Throws if memory does not hold what was written, as far as it can be read. A page that had it
  /// before proves nothing.
  func checkSample(
    _ sample: RequestPlan.Sample, of bytes: [UInt8], old: [UInt8], new: [UInt8]
  ) throws(RemoteError) {
    let wanted = bytes[sample.range]
    let found: [UInt8]
    do throws(RemoteError) {
      found = try MemoryReply.bytes(new, at: sample.address, byteCount: sample.range.count)
    } catch {
      // Memory that can only be written has to be believed.
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

  /// Looks at the answers to a write of a register: its OK, and if it is checked the value before and
  /// the value after.
  func checkWrite(
    _ register: RegisterDescription, _ bytes: [UInt8], _ replies: [[UInt8]], isChecked: Bool
  ) throws(RemoteError) {
    let what = "the write of \(register.name)"
    guard isChecked, replies.count == 3 else {
      return try StandardReply.requireOK(replies.first ?? [], of: what)
    }
    try StandardReply.requireOK(replies[1], of: what)
    // What can only be written has to be believed.
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
        "the stub accepts writes of registers such as \(register.name) but carries none out")
    }
    var text: [UInt8] = []
    for byte in value.reversed() { Hex.append(byte: byte, to: &text) }
    return RemoteError(
      .writeIgnored,
      "the stub accepted the write of \(register.name) but did not carry it out: its value is "
        + "0x\(String(decoding: text, as: UTF8.self))")
  }
}
