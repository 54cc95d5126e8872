/// A kernel's log in memory: its ring of descriptors and its ring of text (kernel/printk/printk_ringbuffer.c, from 5.10
/// on).
///
/// Positions in the rings count up and are taken modulo the rings' sizes. Whatever memory has, reading ends, and costs no
/// more than the rings' size, which is limited.
struct KernelLog {
  /// Reads memory at addresses of the kernel; nil where there is none.
  typealias Read = (_ address: UInt64, _ byteCount: Int) throws -> [UInt8]?

  /// The members that are read.
  struct Layout {
    let ring: Int
    let countBits, descriptors, infos, headID, tailID: KernelMember
    let sizeBits, text, headPosition, tailPosition: KernelMember
    let descriptor: Int
    let state, begin, next: KernelMember
    let info: Int
    let sequence, time, textCount, facility, level: KernelMember

    /// Nil if a kernel's log isn't of this form.
    init?(_ types: any KernelTypes) {
      var isComplete = true
      func size(_ structure: String) -> Int {
        guard let size = types.byteCount(of: structure), (8...4096).contains(size) else {
          isComplete = false
          return 0
        }
        return size
      }
      func member(_ path: String, _ structure: String, _ size: Int) -> KernelMember {
        guard let member = types.member(path, of: structure), member.end <= size,
          (1...64).contains(member.bitCount), member.byteCount <= 8
        else {
          isComplete = false
          return KernelMember(bitOffset: 0, bitCount: 0)
        }
        return member
      }
      ring = size("printk_ringbuffer")
      descriptor = size("prb_desc")
      info = size("printk_info")
      countBits = member("desc_ring.count_bits", "printk_ringbuffer", ring)
      descriptors = member("desc_ring.descs", "printk_ringbuffer", ring)
      infos = member("desc_ring.infos", "printk_ringbuffer", ring)
      headID = member("desc_ring.head_id.counter", "printk_ringbuffer", ring)
      tailID = member("desc_ring.tail_id.counter", "printk_ringbuffer", ring)
      sizeBits = member("text_data_ring.size_bits", "printk_ringbuffer", ring)
      text = member("text_data_ring.data", "printk_ringbuffer", ring)
      headPosition = member("text_data_ring.head_lpos.counter", "printk_ringbuffer", ring)
      tailPosition = member("text_data_ring.tail_lpos.counter", "printk_ringbuffer", ring)
      state = member("state_var.counter", "prb_desc", descriptor)
      begin = member("text_blk_lpos.begin", "prb_desc", descriptor)
      next = member("text_blk_lpos.next", "prb_desc", descriptor)
      sequence = member("seq", "printk_info", info)
      time = member("ts_nsec", "printk_info", info)
      textCount = member("text_len", "printk_info", info)
      facility = member("facility", "printk_info", info)
      level = member("level", "printk_info", info)
      guard isComplete else { return nil }
    }
  }

  /// A descriptor's number has as many bits; the two above are its state.
  private static let idBits: UInt64 = 1 << 62 - 1

  private let layout: Layout
  private let read: Read
  /// How many descriptors there are.
  private let count: UInt64
  private let descriptors: UInt64
  private let infos: UInt64
  /// How many bytes of text there are.
  private let textByteCount: UInt64
  private let text: UInt64
  private let head: UInt64
  private let tail: UInt64

  /// The log at an address; nil if what is there isn't one.
  ///
  /// - Throws: what `read` throws.
  init?(at address: UInt64, _ layout: Layout, read: @escaping Read) throws {
    guard KernelTask.isKernelAddress(address), address % 8 == 0,
      let ring = try read(address, layout.ring)
    else { return nil }
    try self.init(ring, layout, read: read)
  }

  /// The log whose structure has these bytes; nil if they aren't one.
  init?(_ ring: [UInt8], _ layout: Layout, read: @escaping Read) throws {
    guard Self.mayBe(ring, layout), let countBits = layout.countBits.value(in: ring),
      let sizeBits = layout.sizeBits.value(in: ring),
      let descriptors = layout.descriptors.value(in: ring),
      let infos = layout.infos.value(in: ring), let text = layout.text.value(in: ring),
      let head = layout.headID.value(in: ring), let tail = layout.tailID.value(in: ring)
    else { return nil }
    self.layout = layout
    self.read = read
    count = 1 << countBits
    textByteCount = 1 << sizeBits
    (self.descriptors, self.infos, self.text) = (descriptors, infos, text)
    self.head = head & Self.idBits
    self.tail = tail & Self.idBits
    // The newest and the oldest descriptor know their numbers.
    for id in [self.head, self.tail] {
      guard let bytes = try read(descriptorAddress(id), layout.descriptor),
        let state = layout.state.value(in: bytes), state & Self.idBits == id
      else { return nil }
    }
    guard try read(text, 8) != nil else { return nil }
  }

  /// Whether bytes can be a log's structure, as far as they tell.
  static func mayBe(_ ring: some RandomAccessCollection<UInt8>, _ layout: Layout) -> Bool {
    guard let countBits = layout.countBits.value(in: ring), (3...20).contains(countBits),
      let sizeBits = layout.sizeBits.value(in: ring), (9...26).contains(sizeBits),
      let head = layout.headID.value(in: ring), let tail = layout.tailID.value(in: ring),
      (head &- tail) & idBits < 1 << countBits,
      let first = layout.tailPosition.value(in: ring),
      let last = layout.headPosition.value(in: ring), last &- first <= 1 << sizeBits
    else { return false }
    return [layout.descriptors, layout.infos, layout.text].allSatisfy { member in
      member.value(in: ring).map { KernelTask.isKernelAddress($0) && $0 % 8 == 0 } ?? false
    }
  }

  private func descriptorAddress(_ id: UInt64) -> UInt64 {
    descriptors &+ (id & (count - 1)) &* UInt64(layout.descriptor)
  }

  // MARK: Records

  /// The newest records, the oldest of them first.
  ///
  /// - Parameters:
  ///   - limit: how many at most; nil for all that there are.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: what `read` and `check` throw.
  func records(
    limit: Int? = nil, check: () throws -> Void = {}
  ) throws -> (records: [KernelLogRecord], lostCount: Int) {
    let present = (head &- tail) & Self.idBits + 1
    var left = limit ?? Int.max
    var records: [KernelLogRecord] = []
    var lostCount = 0
    // Texts don't overlap: together they have no more bytes than the ring.
    var budget = textByteCount
    // Backwards, a batch at a time: the last few cost little.
    var done: UInt64 = 0
    while done < present, left > 0 {
      try check()
      let batchCount = min(present - done, limit == nil ? 1024 : UInt64(min(max(left, 16), 1024)))
      let first = (head &- (done + batchCount - 1)) & Self.idBits
      done += batchCount
      let (found, lost) = try batch(first, Int(batchCount), &budget)
      lostCount += lost
      let kept = found.suffix(left)
      left -= kept.count
      records.insert(contentsOf: kept, at: 0)
    }
    return (records, lostCount)
  }

  private func batch(
    _ first: UInt64, _ batchCount: Int, _ budget: inout UInt64
  ) throws -> (records: [KernelLogRecord], lostCount: Int) {
    let descriptorBytes = try elements(descriptors, layout.descriptor, first, batchCount)
    let infoBytes = try elements(infos, layout.info, first, batchCount)
    var found: [(info: ArraySlice<UInt8>, block: Block, isFinal: Bool)] = []
    var lostCount = 0
    // The newest first: they are what the budget is for.
    for index in (0..<batchCount).reversed() {
      let id = (first &+ UInt64(index)) & Self.idBits
      let info = infoBytes[(index * layout.info)...].prefix(layout.info)
      let descriptor = descriptorBytes[(index * layout.descriptor)...].prefix(layout.descriptor)
      guard let state = layout.state.value(in: descriptor), state & Self.idBits == id,
        let begin = layout.begin.value(in: descriptor),
        let next = layout.next.value(in: descriptor)
      else { continue }
      // 0: reserved, which is being written. 1: committed, and may be continued. 2: final. 3: may be used again.
      let kind = state >> 62
      guard kind == 1 || kind == 2 else { continue }
      guard let block = block(begin, next, id), block.byteCount <= budget else {
        lostCount += 1
        continue
      }
      budget -= block.byteCount
      found.append((info, block, kind == 2))
    }
    let texts = try self.texts(found.map(\.block))
    var records: [KernelLogRecord] = []
    for (record, text) in zip(found, texts).reversed() {
      guard let text, let wanted = layout.textCount.value(in: record.info) else {
        lostCount += 1
        continue
      }
      records.append(
        KernelLogRecord(
          sequence: layout.sequence.value(in: record.info) ?? 0,
          nanoseconds: layout.time.value(in: record.info) ?? 0,
          facility: Int(clamping: layout.facility.value(in: record.info) ?? 0),
          level: Int(clamping: layout.level.value(in: record.info) ?? 0),
          text: Array(text.prefix(Int(clamping: wanted))), isFinal: record.isFinal))
    }
    return (records, lostCount)
  }

  /// The elements of a ring from one number on, in one read or, where the ring begins again, two. Elements that can't be
  /// read are zeros.
  private func elements(
    _ address: UInt64, _ size: Int, _ first: UInt64, _ batchCount: Int
  ) throws -> [UInt8] {
    let start = Int(first & (count - 1))
    let before = min(batchCount, Int(count) - start)
    var bytes = try zeroed(address &+ UInt64(start * size), before * size)
    if before < batchCount { bytes += try zeroed(address, (batchCount - before) * size) }
    return bytes
  }

  private func zeroed(_ address: UInt64, _ byteCount: Int) throws -> [UInt8] {
    if let bytes = try read(address, byteCount), bytes.count == byteCount { return bytes }
    return [UInt8](repeating: 0, count: byteCount)
  }

  // MARK: Text

  /// Where a record's text is in the ring of text: after the number of its descriptor.
  private struct Block {
    var offset: UInt64
    var byteCount: UInt64
    var id: UInt64
  }

  /// Where the text between two positions is; nil if that isn't known any more. An empty record has no block.
  private func block(_ begin: UInt64, _ next: UInt64, _ id: UInt64) -> Block? {
    if begin & 1 != 0, next & 1 != 0 {
      return begin == 3 && next == 3 ? Block(offset: 0, byteCount: 0, id: id) : nil
    }
    let size = textByteCount
    var block = Block(offset: begin & (size - 1), byteCount: next &- begin, id: id)
    if begin / size != (next &- 1) / size {
      // It doesn't fit at the end: all of it is at the start.
      guard (begin &+ size) / size == next / size else { return nil }
      block = Block(offset: 0, byteCount: next & (size - 1), id: id)
    }
    guard block.byteCount > 8, block.byteCount <= size - block.offset, block.offset % 8 == 0 else {
      return nil
    }
    return block
  }

  /// The texts of blocks; nil for one that is another record's by now. Blocks near each other are read together.
  private func texts(_ blocks: [Block]) throws -> [[UInt8]?] {
    var pieces: [Int: [UInt8]] = [:]
    func piece(_ index: Int) throws -> [UInt8] {
      if let piece = pieces[index] { return piece }
      let start = UInt64(index * Self.pieceByteCount)
      let count = min(UInt64(Self.pieceByteCount), textByteCount - start)
      let piece = try read(text &+ start, Int(count)) ?? []
      pieces[index] = piece
      return piece
    }
    return try blocks.map { block in
      guard block.byteCount > 0 else { return [] }
      var bytes: [UInt8] = []
      var place = Int(block.offset)
      let end = place + Int(block.byteCount)
      while place < end {
        let piece = try piece(place / Self.pieceByteCount)
        let first = place % Self.pieceByteCount
        let last = min(first + end - place, Self.pieceByteCount)
        guard last <= piece.count else { return nil }
        bytes += piece[first..<last]
        place += last - first
      }
      guard bytes.u64(0) & Self.idBits == block.id else { return nil }
      return Array(bytes.dropFirst(8))
    }
  }

  private static let pieceByteCount = 4096
}

/// A record of a kernel's log.
public struct KernelLogRecord: Equatable, Sendable {
  /// Its number, from 0 at the kernel's start.
  public let sequence: UInt64
  /// When it was written, in nanoseconds of the kernel's clock.
  public let nanoseconds: UInt64
  /// Who wrote it: 0 is the kernel. (syslog(3).)
  public let facility: Int
  /// How important it is: 0 is an emergency, 7 for debugging. (syslog(3).)
  public let level: Int
  /// What it says, in bytes: as many as the kernel was given, without a line's end.
  public let text: [UInt8]
  /// Whether it is complete: otherwise more may be added to its line.
  public let isFinal: Bool
}
