import Testing

@testable import VCpuDebug

@Suite struct LoadedImagesTests {
  private typealias Image = LoadedImages.Image

  /// What all machines `virt` have, whatever they are started with. All texts are those of QEMU 7.2.22, with
  /// shorter paths.
  private static let tables = """
    /rom@etc/acpi/tables size=0x200000 name="etc/acpi/tables"
    /rom@etc/table-loader size=0x010000 name="etc/table-loader"
    /rom@etc/acpi/rsdp size=0x001000 name="etc/acpi/rsdp"

    """

  private func candidates(_ text: String) -> [String] {
    LoadedImages(monitorText: text).codeCandidates.map {
      "\($0.address.hex) \($0.byteCount.hex) \($0.name)"
    }
  }

  @Test("-kernel Image -initrd: Linux")
  func kernelAndDisk() {
    let text =
      Self.tables + """
        addr=0000000040000000 size=0x000028 mem=ram name="bootloader"
        addr=0000000040200000 size=0x1a09fc0 mem=ram name="/srv/kvm/Image"
        addr=0000000048000000 size=0x152aa8 mem=ram name="/srv/kvm/initrd.gz"
        addr=0000000048200000 size=0x100000 mem=ram name="dtb"

        """
    #expect(LoadedImages(monitorText: text).images.count == 7)
    #expect(
      candidates(text) == ["0x40000000 0x28 bootloader", "0x40200000 0x1a09fc0 /srv/kvm/Image"])
  }

  @Test("-kernel xen and guest-loader")
  func xen() {
    let text = """
      addr=0000000049000000 size=0x1a09fc0 mem=ram name="/srv/xen/Image"
      addr=000000004c000000 size=0x0fdc0e mem=ram name="/srv/xen/initrd.gz"
      \(Self.tables)addr=0000000040000000 size=0x000028 mem=ram name="bootloader"
      addr=0000000040200000 size=0x0f0008 mem=ram name="/srv/xen/xen"
      addr=0000000048000000 size=0x100000 mem=ram name="dtb"
      """
    #expect(
      candidates(text) == [
        "0x49000000 0x1a09fc0 /srv/xen/Image", "0x40000000 0x28 bootloader",
        "0x40200000 0xf0008 /srv/xen/xen",
      ])
  }

  @Test("-kernel with an ELF, and -device loader with an Image")
  func elf() {
    let text =
      Self.tables + """
        addr=0000000000000000 size=0x100000 mem=ram name="dtb"
        addr=0000000000200000 size=0x000158 mem=ram name="hv.elf ELF program header segment 1"
        addr=0000000040200000 size=0x000004 mem=ram name="hv.elf ELF program header segment 2"
        addr=0000000040300000 size=0x00006c mem=ram name="hv.elf ELF program header segment 3"
        addr=000000004a000000 size=0x1a09fc0 mem=ram name="kvm/Image"
        """
    #expect(
      candidates(text) == [
        "0x200000 0x158 hv.elf ELF program header segment 1",
        "0x40200000 0x4 hv.elf ELF program header segment 2",
        "0x40300000 0x6c hv.elf ELF program header segment 3", "0x4a000000 0x1a09fc0 kvm/Image",
      ])
  }

  @Test("-device loader with raw files, one with quotes and blanks in its name")
  func raw() {
    let text =
      Self.tables + """
        addr=0000000044000000 size=0x001000 mem=ram name="blob.bin"
        addr=0000000045000000 size=0x001000 mem=ram name="my "raw" file.bin"
        """
    #expect(
      candidates(text) == ["0x44000000 0x1000 blob.bin", "0x45000000 0x1000 my \"raw\" file.bin"])
  }

  @Test("-bios: in flash, whose address isn't given")
  func firmware() {
    let text =
      "virt.flash0 size=0x001000 name=\"blob.bin\"\r\n" + Self.tables
      + "addr=0000000040000000 size=0x100000 mem=ram name=\"dtb\"\r\n"
    let images = LoadedImages(monitorText: text)
    #expect(
      images.images.first
        == Image(place: .region("virt.flash0"), byteCount: 0x1000, name: "blob.bin"))
    #expect(images.images.first?.mayBeCode == true)
    #expect(images.images.count == 5)
    #expect(images.codeCandidates.isEmpty)
    #expect(
      images.images[1]
        == Image(
          place: .firmwareFile("etc/acpi/tables"), byteCount: 0x200000, name: "etc/acpi/tables"))
    #expect(!images.images[1].mayBeCode)
  }

  @Test(arguments: [
    ("dtb", false), ("/a/board.dtb", false), ("overlay.DTBO", false), ("initrd.img-6.1", false),
    ("/boot/initramfs-linux.img", false), ("rootfs.cpio", false), ("disk.cpio.gz", false),
    ("a.initrd.xz", false), ("Image", true), ("Image.gz", true), ("bootloader", true),
    ("/initrd/hypervisor.bin", true), ("bl1.bin", true), ("", true),
  ])
  func names(name: String, mayBeCode: Bool) {
    #expect(Image(place: .address(0), byteCount: 1, name: name).mayBeCode == mayBeCode)
  }

  @Test(
    "what isn't an image's line, as of a monitor that doesn't know the command",
    arguments: [
      "", "unknown command: 'info roms'", "addr=zz size=0x1 mem=ram name=\"a\"",
      "addr=0 size=0x1g mem=ram name=\"a\"", "addr=0 size=0x1 mem=ram name=\"a",
      " size=0x1 name=\"a\"",
      "addr=0 mem=ram name=\"a\"", "addr=0 size=0xfffffffffffffffff mem=ram name=\"a\"",
      "name=\"\"", "\"", " name=\"",
    ])
  func otherLines(line: String) {
    #expect(LoadedImages(monitorText: line).images.isEmpty)
    #expect(
      LoadedImages(monitorText: line + "\naddr=0 size=0x1 mem=ram name=\"a\"").images.count == 1)
  }

  @Test func firmwareConfiguration() {
    #expect(
      LoadedImages(monitorText: "fw=genroms/vgabios.bin size=0x009a00 name=\"vgabios.bin\"").images
        == [
          Image(
            place: .firmwareFile("genroms/vgabios.bin"), byteCount: 0x9a00, name: "vgabios.bin")
        ])
  }
}
