import Foundation
import Glibc
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct GuestImageTests {
  private static let source = """
      .text
      .global _start
    _start:
      .word 0x11111111
      .data
      .word 0x22222222
      .bss
      .space 0x20
    """

  /// Text at 0x40210000, data at a distance after it, and bss at its end.
  static func elf(
    _ name: String, text: String = "0x40210000", data: String = "0x40211000",
    options: [String] = []
  ) throws -> LaunchFiles {
    let script = """
      ENTRY(_start)
      PHDRS { text PT_LOAD; data PT_LOAD; }
      SECTIONS {
        . = \(text);
        .text : { *(.text) } :text
        . = \(data);
        .data : { *(.data) } :data
        .bss : { *(.bss) } :data
        /DISCARD/ : { *(.ARM.attributes) }
      }
      """
    return LaunchFiles(
      path: try FixtureImages.build("guest-\(name)", source, script, options: options))
  }

  @Test func aFlatBinaryIsEnteredAtItsBeginning() throws {
    let image = try LaunchFiles.flat([1, 2, 3]).image(memoryByteCount: 4 << 20)
    #expect(image.pieces == [.init(address: 0x4020_0000, bytes: [1, 2, 3])])
    #expect(image.ranges == [0x4020_0000..<0x4020_0003])
    #expect(image.entry == 0x4020_0000)
  }

  @Test func anELFsGapsAreZeroAndItsBSSIsLeftOut() throws {
    let image = try Self.elf("gap").image(memoryByteCount: 4 << 20)
    #expect(image.entry == 0x4021_0000)
    #expect(image.pieces.map(\.address) == [0x4021_0000])
    let bytes = image.pieces[0].bytes
    #expect(bytes.count == 0x1004)
    #expect(bytes.prefix(8) == [0x11, 0x11, 0x11, 0x11, 0, 0, 0, 0])
    #expect(bytes.dropFirst(4).dropLast(4).allSatisfy { $0 == 0 })
    #expect(bytes.suffix(4) == [0x22, 0x22, 0x22, 0x22])
    #expect(image.ranges == [0x4021_0000..<0x4021_0004, 0x4021_1000..<0x4021_1024])
  }

  @Test func theOrderOfTheSegmentsDoesNotMatter() throws {
    let image = try Self.elf(
      "order", text: "0x40211000", data: "0x40210000", options: ["-Wl,--no-check-sections"]
    ).image(memoryByteCount: 4 << 20)
    #expect(image.entry == 0x4021_1000)
    #expect(image.pieces.map(\.address) == [0x4021_0000])
    #expect(image.pieces[0].bytes.prefix(4) == [0x22, 0x22, 0x22, 0x22])
    #expect(image.pieces[0].bytes.suffix(4) == [0x11, 0x11, 0x11, 0x11])
    #expect(image.pieces[0].bytes.count == 0x1004)
  }

  /// Memory between distant parts is not filled.
  @Test func distantPartsAreLoadedByThemselves() throws {
    let image = try Self.elf("distant", data: "0x150000000").image(memoryByteCount: 6 << 30)
    #expect(image.pieces.map(\.address) == [0x4021_0000, 0x1_5000_0000])
    #expect(image.pieces.map(\.bytes.count) == [4, 4])
  }

  // MARK: With memory where the machine has it

  @Test func aFlatBinaryIsWhereTheMemoryIs() throws {
    let image = try LaunchFiles.flat([1, 2, 3]).image(memoryByteCount: 4 << 20, isOneToOne: true)
    #expect(image.pieces.map(\.address) == [0x4120_0000])
    #expect(image.entry == 0x4120_0000)
  }

  @Test func anELFIsLinkedForItsMemoryOrFlash() throws {
    let memory = try Self.elf("memory", text: "0x41000000", data: "0x41001000")
      .image(memoryByteCount: 4 << 20, isOneToOne: true)
    #expect(memory.entry == 0x4100_0000)
    let flash = try Self.elf("flash", text: "0x1000", data: "0x41001000")
      .image(memoryByteCount: 4 << 20, isOneToOne: true)
    #expect(flash.pieces.map(\.address) == [0x1000, 0x4100_1000])
  }

  @Test func anELFForMovedMemoryIsToldWhereItIs() throws {
    let file = try Self.elf("moved")
    let error = #expect(throws: LaunchError.self) {
      try file.image(memoryByteCount: 4 << 20, isOneToOne: true)
    }
    #expect(
      error
        == .guestOutsideMemory(
          file.path, address: 0x4021_0000, byteCount: 4, memory: 0x4100_0000..<0x4140_0000,
          remedy: .otherMode))
    #expect(
      error?.description.hasSuffix(
        "has 4 bytes at 0x40210000, outside of the guest's memory 0x41000000–0x41400000: link it there, as "
          + "devices only know physical addresses; without --interrupts passthrough it is moved")
        == true)
  }

  /// A position-independent one is loaded where there is memory, and its symbols move with it.
  @Test(arguments: [(false, 0x4020_0000 as UInt64), (true, 0x4120_0000)])
  func aPositionIndependentELFIsMoved(isOneToOne: Bool, address: UInt64) throws {
    let file = try Self.elf(
      "pie-\(isOneToOne)", text: "0x10000", data: "0x11000",
      options: ["-Wl,-pie", "-Wl,--no-dynamic-linker"])
    let image = try file.image(memoryByteCount: 4 << 20, isOneToOne: isOneToOne)
    #expect(image.entry == address)
    #expect(image.pieces.first?.address == address)
    #expect(image.pieces.first?.bytes.prefix(4) == [0x11, 0x11, 0x11, 0x11])
    let symbols = Module(
      try SymbolFile(path: file.path), in: .guest, slide: address - 0x10000)
    #expect(symbols.address(of: "_start") == address)
    #expect(symbols.symbol(at: address)?.name == "_start")
  }

  @Test func aGuestWithoutSymbolsIsOneToo() throws {
    let image = try Self.elf("stripped", options: ["-Wl,--strip-all"]).image(
      memoryByteCount: 4 << 20)
    #expect(image.entry == 0x4021_0000)
  }

  @Test func theMemoryOfABSSHasToFit() throws {
    // Data and bss: 0x24 bytes from 0x403fffe0.
    let file = try Self.elf("bss", data: "0x403fffe0")
    #expect(
      throws: LaunchError.guestOutsideMemory(
        file.path, address: 0x403f_ffe0, byteCount: 0x24, memory: 0x4000_0000..<0x4040_0000,
        remedy: .moreMemory)
    ) { try file.image(memoryByteCount: 4 << 20) }
    let image = try file.image(memoryByteCount: 5 << 20)
    #expect(image.pieces.map(\.bytes.count) == [4, 4])
    #expect(image.ranges.last == 0x403f_ffe0..<0x4040_0004)
  }

  @Test(arguments: ["0x3ffff000", "0x40400000", "0xffff000040000000"])
  func anELFOutsideOfTheMemory(text: String) throws {
    let file = try Self.elf("outside-\(text)", text: text, data: "0x40210000")
    let error = #expect(throws: LaunchError.self) { try file.image(memoryByteCount: 4 << 20) }
    #expect(error?.description.contains("\(text), outside of the guest's memory") == true)
  }

  /// A damaged header has any size of what is zero in memory.
  @Test(arguments: [(UInt64.max, 1 << 44), (1 << 63, 1 << 43), (300 << 20, 300), (0x10_0001, 2)])
  func aSizeIsRoundedUpToMebibytes(byteCount: UInt64, mebibytes: UInt64) {
    let error = LaunchError.guestOutsideMemory(
      "F", address: 0, byteCount: byteCount, memory: 0..<1, remedy: .otherAddress)
    #expect(error.description.hasPrefix("F has \(mebibytes) MiB at 0x0, outside"))
  }

  @Test func aFlatBinaryThatIsTooBig() throws {
    let file = try LaunchFiles.flat([UInt8](repeating: 7, count: 0x20_0001))
    #expect(
      throws: LaunchError.guestOutsideMemory(
        file.path, address: 0x4020_0000, byteCount: 0x20_0001,
        memory: 0x4000_0000..<0x4040_0000, remedy: .moreMemory)
    ) { try file.image(memoryByteCount: 4 << 20) }
    #expect(try file.image(memoryByteCount: 5 << 20).pieces.first?.bytes.count == 0x20_0001)
  }

  @Test func anEmptyGuest() throws {
    let file = try LaunchFiles.flat([])
    #expect(throws: LaunchError.emptyGuest(file.path)) { try file.image(memoryByteCount: 4 << 20) }
  }

  @Test func anELFOfAnotherMachine() throws {
    // An x86-64 header: e_machine 62.
    let header: [UInt8] =
      [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
      + [2, 0, 62, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 28)
      + [64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0]
    let file = try LaunchFiles.flat(header)
    #expect(throws: SymbolFileError.wrongMachine(path: file.path, machine: 62, wanted: "AArch64")) {
      try file.image(memoryByteCount: 4 << 20)
    }
  }

  /// 20,000 segments that all hold the same megabyte would be 20 GB.
  @Test func segmentsThatRepeatTheFileAreRefused() throws {
    func word<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian, Array.init)
    }
    let count = 20_000
    var file: [UInt8] =
      [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
      + word(UInt16(2)) + word(UInt16(183)) + word(UInt32(1)) + word(0x4020_0000 as UInt64)
      + word(64 as UInt64) + word(0 as UInt64) + word(0 as UInt32) + word(64 as UInt16)
      + word(56 as UInt16) + word(UInt16(count)) + word(0 as UInt16) + word(0 as UInt16)
      + word(0 as UInt16)
    let byteCount = UInt64(64 + 56 * count)
    for _ in 0..<count {
      file += word(1 as UInt32) + word(5 as UInt32) + word(0 as UInt64)
      file += word(0x4020_0000 as UInt64) + word(0x4020_0000 as UInt64)
      file += word(byteCount) + word(byteCount) + word(4 as UInt64)
    }
    let guest = try LaunchFiles.flat(file)
    #expect(
      throws: SymbolFileError.malformed(
        path: guest.path, detail: "its segments have more contents than the file: they overlap")
    ) { try guest.image(memoryByteCount: 64 << 20) }
  }

  @Test func aDamagedELFIsNoFlatBinary() throws {
    let file = try LaunchFiles.flat([0x7f, 0x45, 0x4c, 0x46, 2])
    #expect(throws: SymbolFileError.self) { try file.image(memoryByteCount: 4 << 20) }
  }

  @Test func whatCannotBeRead() throws {
    let folder = try LaunchFiles.flat([1]).path.split(separator: "/").dropLast()
    let path = "/" + folder.joined(separator: "/")
    #expect(throws: LaunchError.unreadableGuest(path, reason: "it is a directory")) {
      try LaunchFiles(path: path).image(memoryByteCount: 4 << 20)
    }
    #expect(throws: LaunchError.unreadableGuest("/dev/zero", reason: "it is not a regular file")) {
      try LaunchFiles(path: "/dev/zero").image(memoryByteCount: 4 << 20)
    }
    // It takes no room on the disk.
    let large = try LaunchFiles.flat([])
    #expect(truncate(large.path, 9 << 30) == 0)
    #expect(throws: LaunchError.unreadableGuest(large.path, reason: "it is larger than 8 GiB")) {
      try large.image(memoryByteCount: 4 << 20)
    }
    #expect(throws: LaunchError.unreadableGuest("/nowhere", reason: "no such file")) {
      try LaunchFiles(path: "/nowhere").image(memoryByteCount: 4 << 20)
    }
  }
}

@Suite struct ImageLocatorTests {
  /// A package with an executable, and images in both configurations.
  private static func package() throws -> URL {
    let package = FixtureImages.folder.appendingPathComponent("package-\(UUID())")
    for (path, text) in [
      (".build/machine/debug/vcpu-shell", "shell"),
      (".build-image/aarch64-none-none-elf/release/tour", "release"),
      (".build-image/aarch64-none-none-elf/debug/tour", "debug"),
      (".build-image/aarch64-none-none-elf/debug/vcpu-image", "debug"),
    ] {
      let url = package.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return package
  }

  @Test func imagesAreFoundBesideTheBuildFolder() throws {
    let package = try Self.package()
    let locator = ImageLocator(
      executablePath: package.appendingPathComponent(".build/machine/debug/vcpu-shell").path)
    let text = { (path: String) in try String(contentsOfFile: path, encoding: .utf8) }
    #expect(try text(locator.path(of: "tour")) == "release")
    #expect(try text(locator.path(of: "vcpu-image")) == "debug")
    let error = #expect(throws: LaunchError.self) { try locator.path(of: "nothing") }
    #expect(error == .noImage("nothing", searched: locator.folders))
    #expect(error?.description.contains("run scripts/build") == true)
  }

  @Test func linuxIsInTheFolderOfThePackage() throws {
    let package = try Self.package()
    let executable = package.appendingPathComponent(".build/machine/debug/vcpu-shell").path
    let locator = ImageLocator(executablePath: executable)
    let error = #expect(throws: LaunchError.self) { try locator.linux() }
    #expect(error == .noLinux(searched: locator.linuxFolders))
    #expect(error?.description.contains("run scripts/setup --linux") == true)
    let folder = package.appendingPathComponent(".linux")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data([1]).write(to: folder.appendingPathComponent("Image"))
    // One file alone is not enough.
    #expect(throws: LaunchError.self) { try locator.linux() }
    try Data([2]).write(to: folder.appendingPathComponent("initrd.gz"))
    let files = try locator.linux()
    #expect(try Data(contentsOf: URL(fileURLWithPath: files.image)) == Data([1]))
    #expect(try Data(contentsOf: URL(fileURLWithPath: files.initrd)) == Data([2]))
  }

  @Test func anInstallationComesFirst() throws {
    let package = try Self.package()
    let installed = package.appendingPathComponent(".build/machine/share/vcpu-shell/tour")
    try FileManager.default.createDirectory(
      at: installed.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("installed".utf8).write(to: installed)
    // By way of a link, as in a folder of PATH.
    let link = package.appendingPathComponent("link")
    try FileManager.default.createSymbolicLink(
      at: link,
      withDestinationURL: package.appendingPathComponent(".build/machine/debug/vcpu-shell"))
    let path = try ImageLocator(executablePath: link.path).path(of: "tour")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "installed")
  }
}
