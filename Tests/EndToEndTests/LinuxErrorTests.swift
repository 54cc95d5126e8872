import Foundation
import Testing

extension EndToEnd {
  /// A file that can't be booted as Linux gets one clear line and a status; this doesn't need Debian's packages.
  @Suite struct LinuxErrors {
    /// An Image that is only a header.
    private func kernel(
      in folder: TemporaryFolder, imageByteCount: UInt64 = 0x10000, flags: UInt8 = 0,
      byteCount: Int = 4096
    ) throws -> String {
      var bytes = Data(count: 64)
      for index in 0..<8 {
        bytes[16 + index] = UInt8(truncatingIfNeeded: imageByteCount >> (8 * index))
      }
      bytes[24] = flags
      bytes.replaceSubrange(56..<60, with: Data("ARM\u{64}".utf8))
      return try folder.file("Image", (bytes + Data(count: 4096)).prefix(byteCount))
    }

    private func launch(_ guest: String, _ options: String...) throws -> ShellRun {
      try ShellRun(
        ["launch", guest] + options + ["--batch"],
        environment: ["VCPU_SHELL_LINUX": "/nonexistent"])
    }

    @Test func withoutThePackages() throws {
      expectOneError(try launch("linux"), "run scripts/setup --linux", "/nonexistent")
    }

    @Test func ofKernels() throws {
      let folder = try TemporaryFolder()
      expectOneError(
        try launch(kernel(in: folder, flags: 1)), "cannot boot", "Image: it is a big-endian kernel")
      expectOneError(try launch(kernel(in: folder, byteCount: 60)), "ends after 60 bytes")
      expectOneError(
        try launch(kernel(in: folder, imageByteCount: 1 << 30)), "needs 1026 MiB", "has 512 MiB",
        "--memory")
      expectOneError(
        try launch(folder.file("packed", Data([0x1f, 0x8b, 8, 0]))), "compressed", "gunzip")
      expectOneError(try launch("/nonexistent/Image"), "/nonexistent/Image", "no such file")
    }

    @Test func ofTheFilesThatGoWithThem() throws {
      let folder = try TemporaryFolder()
      let kernel = try kernel(in: folder)
      expectOneError(
        try launch(kernel, "--initrd", "/nonexistent"), "cannot read the initrd /nonexistent")
      expectOneError(try launch(kernel, "--initrd", folder.path), "it is a directory")
      expectOneError(
        try launch(kernel, "--memory", "4", "--initrd", folder.file("i", Data(count: 8))),
        "needs 5 MiB", "has 4 MiB")
      expectOneError(
        try launch(kernel, "--dtb", kernel), "cannot use the device tree", "FDT_ERR_BADMAGIC")
      expectOneError(try launch(kernel, "--dtb", "/nonexistent"), "cannot read the device tree")
      expectOneError(try launch(kernel, "--cpu", "z80"), "the emulator ended", "z80", status: 4)
    }

    @Test func ofTheCommandLine() throws {
      let folder = try TemporaryFolder()
      let kernel = try kernel(in: folder)
      expectOneError(
        try launch(kernel, "--interrupts", "virtual"), "no virtual interrupt controller", status: 2)
      expectOneError(
        try launch(kernel, "--append", String(repeating: "a", count: 2048)), "2048 bytes", "2047",
        status: 2)
      let run = try launch(kernel, "--interrupts", "zork")
      #expect(run.status == 2 && run.errors.contains("zork"), Comment(rawValue: run.description))
    }
  }
}
