// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// Like Maker's: it remembers whom a proxy was built for, and does not learn of it when the proxy is given away.
contract ProxyRegistry {
    mapping(address => address) public proxies;

    function built(address owner, address proxy) external {
        proxies[owner] = proxy;
    }
}
