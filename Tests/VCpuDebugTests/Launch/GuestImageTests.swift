import Foundation
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

  /// Text at 0x40210000, data at a distance behind it, and bss at its end.
  private static func elf(
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
    #expect(image.bytes == [1, 2, 3])
    #expect(image.offset == 0x20_0000)
    #expect(image.entry == 0x4020_0000)
  }

  @Test func anELFsGapsAreZeroAndItsBSSIsLeftOut() throws {
    let image = try Self.elf("gap").image(memoryByteCount: 4 << 20)
    #expect(image.offset == 0x21_0000)
    #expect(image.entry == 0x4021_0000)
    #expect(image.bytes.count == 0x1004)
    #expect(image.bytes.prefix(8) == [0x11, 0x11, 0x11, 0x11, 0, 0, 0, 0])
    #expect(image.bytes.dropFirst(4).dropLast(4).allSatisfy { $0 == 0 })
    #expect(image.bytes.suffix(4) == [0x22, 0x22, 0x22, 0x22])
  }

  @Test func theOrderOfTheSegmentsDoesNotMatter() throws {
    let image = try Self.elf(
      "order", text: "0x40211000", data: "0x40210000", options: ["-Wl,--no-check-sections"]
    ).image(memoryByteCount: 4 << 20)
    #expect(image.offset == 0x21_0000)
    #expect(image.entry == 0x4021_1000)
    #expect(image.bytes.prefix(4) == [0x22, 0x22, 0x22, 0x22])
    #expect(image.bytes.suffix(4) == [0x11, 0x11, 0x11, 0x11])
    #expect(image.bytes.count == 0x1004)
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
        file.path, address: 0x403f_ffe0, base: 0x4000_0000, byteCount: 4 << 20)
    ) { try file.image(memoryByteCount: 4 << 20) }
    #expect(try file.image(memoryByteCount: 5 << 20).bytes.count == 0x1e_ffe4)
  }

  @Test(arguments: ["0x3ffff000", "0x40400000", "0xffff000040000000"])
  func anELFOutsideOfTheMemory(text: String) throws {
    let file = try Self.elf("outside-\(text)", text: text, data: "0x40210000")
    let error = #expect(throws: LaunchError.self) { try file.image(memoryByteCount: 4 << 20) }
    #expect(error?.description.contains("\(text), outside of the guest's memory") == true)
  }

  @Test func aFlatBinaryThatIsTooBig() throws {
    let file = try LaunchFiles.flat([UInt8](repeating: 7, count: 0x20_0001))
    #expect(
      throws: LaunchError.guestOutsideMemory(
        file.path, address: 0x4020_0000, base: 0x4000_0000, byteCount: 4 << 20)
    ) { try file.image(memoryByteCount: 4 << 20) }
    #expect(try file.image(memoryByteCount: 5 << 20).bytes.count == 0x20_0001)
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

  @Test func aDamagedELFIsNoFlatBinary() throws {
    let file = try LaunchFiles.flat([0x7f, 0x45, 0x4c, 0x46, 2])
    #expect(throws: SymbolFileError.self) { try file.image(memoryByteCount: 4 << 20) }
  }

  @Test func whatCannotBeRead() throws {
    let folder = try LaunchFiles.flat([1]).path.split(separator: "/").dropLast()
    let path = "/" + folder.joined(separator: "/")
    #expect(throws: LaunchError.unreadableGuest(path, reason: "it is a directory")) {
      try GuestImage(path: path, memoryByteCount: 4 << 20)
    }
    #expect(throws: LaunchError.unreadableGuest("/nowhere", reason: "there is no such file")) {
      try GuestImage(path: "/nowhere", memoryByteCount: 4 << 20)
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
