import Foundation

/// Debian's Xen at EL2, with Debian's Linux as its dom0, as `scripts/setup --xen` fetches them.
enum Xen {
  /// Why it can't be run; nil if it can.
  static let problem: String? =
    [".linux/Image", ".xen/xen", ".xen/initrd.gz"].allSatisfy {
      FileManager.default.isReadableFile(atPath: Built.file($0))
    } ? nil : "there is no .xen: scripts/setup --xen fetches it"

  /// The machine. Dom0 prints READY, and END before it powers off.
  ///
  /// - Parameter wait: the seconds between the two.
  static func start(
    model: ForeignMachine.Model = .cortexA57, cpuCount: Int = 1, wait: Int = 2,
    isStopped: Bool = true, deadline: Duration = .seconds(300)
  ) throws -> ForeignMachine {
    // Xen takes dom0's kernel and initrd from the addresses in the device tree.
    let arguments = "console=hvc0 loglevel=4 wait=\(wait)"
    return try ForeignMachine(
      boot: [
        "-m", "1024M", "-kernel", Built.file(".xen/xen"),
        "-append", "dom0_mem=512M console=dtuart dtuart=/pl011@9000000 loglvl=warning",
        "-device",
        "guest-loader,addr=0x49000000,kernel=\(Built.file(".linux/Image")),bootargs=\(arguments)",
        "-device", "guest-loader,addr=0x4c000000,initrd=\(Built.file(".xen/initrd.gz"))",
      ], model: model, cpuCount: cpuCount, isStopped: isStopped, deadline: deadline)
  }
}
