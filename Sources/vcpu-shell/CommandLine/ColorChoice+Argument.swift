internal import ArgumentParser

extension ColorChoice: ExpressibleByArgument {}
