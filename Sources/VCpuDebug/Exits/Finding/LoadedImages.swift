/// What QEMU loaded into the machine's memory before it ran: EL2's code may be found there in advance if
/// there is no ELF file for it.
///
/// It is parsed from the answer of QEMU's monitor to `info roms`, through the stub's `qRcmd`
/// (`hmp_info_roms` in QEMU's hw/core/loader.c). A value that `-device loader,data=…` writes isn't
/// among it.
struct LoadedImages: Equatable, Sendable {
  var images: [Image]

  /// A file, or a part of one.
  struct Image: Equatable, Sendable {
    var place: Place
    var byteCount: UInt64
    /// The path of the file as QEMU was given it, with ` ELF program header segment N` after that of an ELF; or
    /// one of QEMU's own names: `dtb`, `bootloader`.
    var name: String
  }

  /// The place of an image.
  enum Place: Equatable, Sendable {
    /// At a physical address.
    case address(UInt64)
    /// In a device's memory, whose address isn't given: `virt.flash0` is at 0 of the machine
    /// `virt`.
    case region(String)
    /// Handed out by the firmware configuration device, and not in memory.
    case firmwareFile(String)
  }

  /// Reads the monitor's text, a line for each image. Lines of another form are left out.
  init(monitorText: String) {
    // In Swift "\r\n" is one character, which is also a newline.
    images = monitorText.split(whereSeparator: \.isNewline).compactMap(Self.image)
  }

  /// Images that may hold code and whose address is known.
  var codeCandidates: [(address: UInt64, byteCount: UInt64, name: String)] {
    images.compactMap { image in
      guard case .address(let address) = image.place, image.mayBeCode else { return nil }
      return (address, image.byteCount, image.name)
    }
  }

  /// `addr=… size=0x… mem=… name="…"`, `fw=… size=0x… name="…"`, or the region's name first. A name is
  /// everything between the first quote and the last: QEMU doesn't escape quotes in it.
  private static func image(_ line: Substring) -> Image? {
    guard let quote = line.range(of: " name=\""),
      let end = line.lastIndex(of: "\""), end >= quote.upperBound,
      line[line.index(after: end)...].allSatisfy(\.isWhitespace)
    else { return nil }
    let name = String(line[quote.upperBound..<end])
    // The text before the size may be a region's name, with blanks.
    guard let size = line[..<quote.lowerBound].range(of: " size=0x") else { return nil }
    let first = line[..<size.lowerBound]
    let fields = line[size.upperBound..<quote.lowerBound].split(separator: " ")
    guard let digits = fields.first, let byteCount = UInt64(digits, radix: 16) else { return nil }
    let place: Place
    if first.hasPrefix("addr=") {
      guard let address = UInt64(first.dropFirst(5), radix: 16) else { return nil }
      place = .address(address)
    } else if first.hasPrefix("fw=") {
      place = .firmwareFile(String(first.dropFirst(3)))
    } else if first.hasPrefix("/rom@") {
      place = .firmwareFile(String(first.dropFirst(5)))
    } else {
      guard !first.isEmpty else { return nil }
      place = .region(String(first))
    }
    return Image(place: place, byteCount: byteCount, name: name)
  }
}

extension LoadedImages.Image {
  /// Whether it may hold code: not a device tree, not an initial RAM disk, not a table of the firmware. Only
  /// the name shows that, so an image with an unknown name is searched.
  var mayBeCode: Bool {
    if case .firmwareFile = place { return false }
    let file = name.split(separator: "/").last.map { $0.lowercased() } ?? name.lowercased()
    if file == "dtb" || file.hasSuffix(".dtb") || file.hasSuffix(".dtbo") { return false }
    let disks = ["initrd", "initramfs", "rootfs"]
    if disks.contains(where: file.hasPrefix) || file.hasSuffix(".cpio") { return false }
    return ![".gz", ".xz", ".zst", ".lz4"].contains {
      file.hasSuffix(".cpio" + $0) || file.hasSuffix(".initrd" + $0)
    }
  }
}

extension Substring {
  /// The first occurrence of a text, without Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    ranges(of: text).first
  }
}
