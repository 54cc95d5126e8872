/// The types of a small kernel, in BTF.
package struct BTFFixture {
  /// The byte order of its words.
  package let isBigEndian: Bool
  private var types: [UInt8] = []
  private var names: [UInt8] = [0]
  private var count = 0

  /// A member of a structure: its name, type, and place in bits; the width in bits of a bit field.
  package struct Member {
    var name: String
    var type: Int
    var offset: Int
    var width: Int

    package init(_ name: String, _ type: Int, _ offset: Int, width: Int = 0) {
      (self.name, self.type, self.offset, self.width) = (name, type, offset, width)
    }
  }

  /// Without types.
  package init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  private func word(_ value: Int) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    return isBigEndian ? bytes.reversed() : bytes
  }

  private mutating func name(_ text: String) -> Int {
    guard !text.isEmpty else { return 0 }
    names += Array(text.utf8) + [0]
    return names.count - text.utf8.count - 1
  }

  /// Adds a type, and returns its number.
  package mutating func add(
    _ kind: Int, _ name: String = "", _ number: Int = 0, count: Int = 0, flag: Bool = false,
    rest: [Int] = []
  ) -> Int {
    let information = kind << 24 | count | (flag ? 1 << 31 : 0)
    for value in [self.name(name), information, number] + rest { types += word(value) }
    self.count += 1
    return self.count
  }

  /// Adds a structure, or a union.
  package mutating func structure(
    _ name: String, byteCount: Int, isUnion: Bool = false, hasBitFields: Bool = false,
    _ members: [Member]
  ) -> Int {
    let rest = members.flatMap { member in
      [
        self.name(member.name), member.type,
        hasBitFields ? member.width << 24 | member.offset : member.offset,
      ]
    }
    return add(
      isUnion ? 5 : 4, name, byteCount, count: members.count, flag: hasBitFields, rest: rest)
  }

  /// The header, the types and the names.
  package var bytes: [UInt8] {
    let magic: [UInt8] = isBigEndian ? [0xeb, 0x9f] : [0x9f, 0xeb]
    return magic + [1, 0] + word(24) + word(0) + word(types.count) + word(types.count)
      + word(names.count) + types + names
  }

  /// The types of `KernelFixture`, and one of every other kind.
  package static func kernel(isBigEndian: Bool = false) -> BTFFixture {
    var btf = BTFFixture(isBigEndian: isBigEndian)
    let int = btf.add(1, "unsigned int", 4, rest: [32])
    let long = btf.add(1, "unsigned long", 8, rest: [64])
    let short = btf.add(1, "u16", 2, rest: [16])
    let byte = btf.add(1, "u8", 1, rest: [8])
    let pointer = btf.add(2)
    let array = btf.add(3, rest: [byte, int, 16])
    let counter = btf.structure("", byteCount: 8, [.init("counter", long, 0)])
    let atomic = btf.add(10, "", btf.add(8, "atomic_long_t", counter))
    let position = btf.structure(
      "prb_data_blk_lpos", byteCount: 16, [.init("begin", long, 0), .init("next", long, 64)])
    _ = btf.structure(
      "prb_desc", byteCount: 24,
      [.init("state_var", atomic, 0), .init("text_blk_lpos", position, 64)])
    let text = btf.structure(
      "prb_data_ring", byteCount: 32,
      [
        .init("size_bits", int, 0), .init("data", pointer, 64), .init("head_lpos", atomic, 128),
        .init("tail_lpos", atomic, 192),
      ])
    let descriptors = btf.structure(
      "prb_desc_ring", byteCount: 40,
      [
        .init("count_bits", int, 0), .init("descs", pointer, 64), .init("infos", pointer, 128),
        .init("head_id", atomic, 192), .init("tail_id", atomic, 256),
      ])
    _ = btf.structure(
      "printk_ringbuffer", byteCount: 72,
      [.init("desc_ring", descriptors, 0), .init("text_data_ring", text, 320)])
    _ = btf.structure(
      "printk_info", byteCount: 24, hasBitFields: true,
      [
        .init("seq", long, 0), .init("ts_nsec", long, 64), .init("text_len", short, 128),
        .init("facility", byte, 144), .init("flags", byte, 152, width: 5),
        .init("level", byte, 157, width: 3),
      ])
    // The numbers are in an anonymous structure, as with a randomized layout, and that in a union.
    let inner = btf.structure(
      "", byteCount: 8, [.init("pid", int, 0), .init("tgid", int, 32)])
    let union = btf.structure("", byteCount: 8, isUnion: true, [.init("", inner, 0)])
    // A declaration of the same name comes first.
    _ = btf.add(7, "task_struct")
    _ = btf.structure(
      "task_struct", byteCount: 64,
      [
        .init("stack", pointer, 64), .init("", union, 128), .init("mm", pointer, 192),
        .init("comm", array, 256),
      ])
    _ = btf.add(6, "state", 4, count: 1, rest: [0, 1])
    _ = btf.add(9, "", int)
    _ = btf.add(11, "", pointer)
    let prototype = btf.add(13, "", int, count: 1, rest: [0, int])
    _ = btf.add(12, "function", prototype)
    let variable = btf.add(14, "prb", pointer, rest: [1])
    _ = btf.add(15, ".data", 8, count: 1, rest: [variable, 0, 8])
    _ = btf.add(16, "float", 4)
    _ = btf.add(17, "tag", int, rest: [0])
    _ = btf.add(18, "user", int)
    _ = btf.add(19, "wide", 8, count: 1, rest: [0, 1, 2])
    return btf
  }
}
