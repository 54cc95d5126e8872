import Testing

@testable import VCpuDebug

@Suite struct KernelImageTests {
  private func header(_ bytes: [UInt8]) throws(LaunchError) -> KernelImage {
    try KernelImage(bytes, fileByteCount: bytes.count, path: "k")
  }

  private func problem(_ bytes: [UInt8]) -> KernelProblem? {
    do throws(LaunchError) {
      _ = try header(bytes)
    } catch {
      if case .unusableKernel("k", let reason) = error { return reason }
    }
    return nil
  }

  @Test func theHeaderSaysWhereAndHowMuch() throws {
    let image = try header(LinuxFiles.kernel(textOffset: 0x8_0000, imageByteCount: 0x1ab_0000))
    #expect(image.textOffset == 0x8_0000)
    #expect(image.memoryByteCount == 0x1ab_0000)
  }

  @Test func aFileMayBeLargerThanItsHeaderSays() throws {
    let image = try header(LinuxFiles.kernel(imageByteCount: 0x800))
    #expect(image.memoryByteCount == 0x1000)
  }

  /// Linux before 3.17.
  @Test func anOldImageSaysNothing() throws {
    let image = try header(LinuxFiles.kernel(textOffset: 0x1234, imageByteCount: 0))
    #expect(image.textOffset == 0x8_0000)
    #expect(image.memoryByteCount == 0x1000)
  }

  @Test func theOtherFlagsDoNotMatter() throws {
    for flags: UInt64 in [0, 0b1000, 0b0110, .max - 1] {
      #expect(try header(LinuxFiles.kernel(flags: flags)).textOffset == 0)
    }
  }

  @Test(
    arguments: [
      (LinuxFiles.kernel(flags: 1), .bigEndian),
      (LinuxFiles.kernel(magic: "ARM\u{65}"), .noImage),
      (LinuxFiles.kernel(fileByteCount: 63), .truncated(byteCount: 63)),
      (LinuxFiles.kernel(fileByteCount: 60), .truncated(byteCount: 60)),
      (LinuxFiles.kernel(fileByteCount: 59), .noImage),
      ([], .noImage),
      ([0x1f, 0x8b, 8, 0], .compressed),
      (Array("MZ\0\0zimg".utf8) + [UInt8](repeating: 0, count: 64), .compressed),
      (LinuxFiles.kernel(textOffset: 2 << 20), .implausible),
      (LinuxFiles.kernel(textOffset: .max), .implausible),
      (LinuxFiles.kernel(imageByteCount: .max), .implausible),
    ] as [([UInt8], KernelProblem)])
  func whatIsNoKernelOfOurs(bytes: [UInt8], reason: KernelProblem) {
    #expect(problem(bytes) == reason)
  }

  /// A file that is recognised as a kernel, and then refused because of an error, isn't a flat
  /// binary.
  @Test func whatIsMeantToBeAKernel() {
    for bytes in [
      LinuxFiles.kernel(), LinuxFiles.kernel(flags: 1), LinuxFiles.kernel(fileByteCount: 60),
      [0x1f, 0x8b], Array("MZ\0\0zimg".utf8),
    ] {
      #expect(KernelImage.isKernel(bytes))
    }
    for bytes in [LinuxFiles.kernel(magic: "arm64"), [1, 2, 3], [], Array("MZ".utf8)] {
      #expect(!KernelImage.isKernel(bytes))
    }
    #expect(!KernelImage.isKernel(at: "/nowhere"))
    #expect(!KernelImage.isKernel(at: "/"))
  }
}
