public import ArgumentParser
public import VCpuDebug

extension InterruptMode: ExpressibleByArgument {}
