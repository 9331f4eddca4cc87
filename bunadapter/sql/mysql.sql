-- The tables of ginauth for MySQL and MariaDB: names and columns as Prisma makes them of Auth.js's
-- schema with passkeys, so that Auth.js works on them too. Times are in UTC.
--
-- Text is compared byte by byte (utf8mb4_bin, ascii_bin). Credential IDs are up to 1364 characters
-- of base64, which InnoDB can index as ASCII only; no provider has other characters in its IDs.
-- An address belongs to one user, in whatever case it is written: emailLower sees to it.

CREATE TABLE `User` (
    `id` VARCHAR(191) NOT NULL,
    `name` TEXT,
    `email` VARCHAR(255),
    `emailVerified` DATETIME(3),
    `image` TEXT,
    `emailLower` VARCHAR(255) GENERATED ALWAYS AS (lower(`email`)) VIRTUAL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `User_email_key` (`email`),
    UNIQUE INDEX `User_email_lower_key` (`emailLower`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Account` (
    `userId` VARCHAR(191) NOT NULL,
    `type` VARCHAR(32) NOT NULL,
    `provider` VARCHAR(191) NOT NULL,
    `providerAccountId` VARCHAR(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `refresh_token` TEXT,
    `access_token` TEXT,
    `expires_at` BIGINT,
    `token_type` VARCHAR(255),
    `scope` TEXT,
    `id_token` TEXT,
    `session_state` TEXT,
    PRIMARY KEY (`provider`, `providerAccountId`),
    INDEX `Account_userId_idx` (`userId`),
    CONSTRAINT `Account_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Session` (
    `sessionToken` VARCHAR(255) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `expires` DATETIME(3) NOT NULL,
    PRIMARY KEY (`sessionToken`),
    INDEX `Session_userId_idx` (`userId`),
    CONSTRAINT `Session_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `VerificationToken` (
    `identifier` VARCHAR(255) NOT NULL,
    `token` VARCHAR(255) NOT NULL,
    `expires` DATETIME(3) NOT NULL,
    PRIMARY KEY (`identifier`, `token`),
    INDEX `VerificationToken_expires_idx` (`expires`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `Authenticator` (
    `id` VARCHAR(191) NOT NULL,
    `credentialID` VARCHAR(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `providerAccountId` VARCHAR(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `credentialPublicKey` TEXT NOT NULL,
    `counter` BIGINT NOT NULL,
    `credentialDeviceType` VARCHAR(32) NOT NULL,
    `credentialBackedUp` BOOLEAN NOT NULL,
    `transports` VARCHAR(255),
    PRIMARY KEY (`id`),
    UNIQUE INDEX `Authenticator_credentialID_key` (`credentialID`),
    INDEX `Authenticator_userId_idx` (`userId`),
    CONSTRAINT `Authenticator_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
