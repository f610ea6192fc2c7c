//! Which addresses webhooks may go to. An endpoint is chosen by an admin of the application, not of the network: without this rule it
//! could name a service that trusts its neighbors, such as the one that gives a cloud machine its keys.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far webhooks reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Addresses of the Internet, and this machine where the endpoint names it.
    #[default]
    Public,
    /// Also private and link-local addresses.
    Private,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Public,
    Loopback,
    /// Private, link-local, shared or reserved.
    Private,
    /// No machine has it.
    Nobody,
}

impl Reach {
    /// Whether a name may lead to the address.
    pub(crate) fn allows(self, address: IpAddr) -> bool {
        match kind(address) {
            Kind::Public => true,
            Kind::Loopback | Kind::Private => self == Self::Private,
            Kind::Nobody => false,
        }
    }
}

pub(crate) fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(address) => kind_of_v4(address),
        IpAddr::V6(address) => kind_of_v6(address),
    }
}

fn kind_of_v4(address: Ipv4Addr) -> Kind {
    let [first, second, third, _] = address.octets();
    if address.is_loopback() {
        return Kind::Loopback;
    }
    if first == 0 || address.is_multicast() || address.is_broadcast() {
        return Kind::Nobody;
    }
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_reserved = first >= 240 || (first, second, third) == (192, 0, 0) || (first == 198 && second & 0xfe == 18);
    if address.is_private() || address.is_link_local() || address.is_documentation() || is_shared || is_reserved {
        return Kind::Private;
    }
    Kind::Public
}

fn kind_of_v6(address: Ipv6Addr) -> Kind {
    if let Some(inner) = embedded(address) {
        return kind_of_v4(inner);
    }
    let [first, second, ..] = address.segments();
    if address.is_loopback() {
        return Kind::Loopback;
    }
    if address.is_unspecified() || address.is_multicast() {
        return Kind::Nobody;
    }
    // Only 2000::/3 is given out. 2001::/23 is for protocols, 2001:db8::/32 and 3fff::/20 for documentation.
    let is_given_out = first & 0xe000 == 0x2000;
    let is_special = first == 0x2001 && (second < 0x200 || second == 0xdb8) || first == 0x3fff && second < 0x1000;
    if is_given_out && !is_special { Kind::Public } else { Kind::Private }
}

/// The address of the older protocol that packets to this one end up at.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        (0, 0) if (c, d, e) == (0, 0, 0) && f == 0xffff => of(high, low),
        // Compatible addresses, which are out of use. `::` and `::1` are none.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0) && (high != 0 || low > 1) => of(high, low),
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => of(high, low),
        (0x2002, _) => of(b, c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(text: &str) -> Kind {
        kind(text.parse().unwrap_or_else(|_| panic!("{text}")))
    }

    #[test]
    fn addresses_are_told_apart() {
        for (kind, addresses) in [
            (Kind::Public, "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.32.0.1 198.20.0.1 2606:4700::1 2a00::1"),
            (Kind::Public, "::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1"),
            (Kind::Loopback, "127.0.0.1 127.255.255.254 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::"),
            (Kind::Private, "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1"),
            (
                Kind::Private,
                "198.18.0.1 198.19.255.255 240.0.0.1 192.0.2.1 fc00::1 fd12::1 fe80::1 2001:db8::1 2001::1",
            ),
            (Kind::Private, "::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a00:1:: ::a00:1 100::1"),
            (Kind::Nobody, "0.0.0.0 0.1.2.3 224.0.0.1 255.255.255.255 :: ff02::1 ::ffff:0.0.0.0"),
        ] {
            for address in addresses.split(' ') {
                assert_eq!(kind_of(address), kind, "{address}");
            }
        }
    }

    #[test]
    fn reach_goes_to_private_addresses_only_if_told() {
        let allows = |reach: Reach, text: &str| reach.allows(text.parse().expect("an address"));
        for text in ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1", "fd00::1"] {
            assert!(!allows(Reach::Public, text) && allows(Reach::Private, text), "{text}");
        }
        for reach in [Reach::Public, Reach::Private] {
            assert!(allows(reach, "8.8.8.8") && !allows(reach, "0.0.0.0") && !allows(reach, "ff02::1"));
        }
    }
}
